# Random addresses, messages and transactions, and what eth-account makes of them: see ethereum.lua.
import random

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.typed_transactions import TypedTransaction
from eth_keys import keys
from eth_utils import is_checksum_address, to_checksum_address

from lines import main

NAMES = {"gas_limit": "gas", "chain_id": "chainId", "gas_price": "gasPrice", "max_fee_per_gas": "maxFeePerGas",
         "max_priority_fee_per_gas": "maxPriorityFeePerGas", "access_list": "accessList",
         "max_fee_per_blob_gas": "maxFeePerBlobGas", "blob_versioned_hashes": "blobVersionedHashes"}
NUMBERS = ("chainId", "nonce", "gas", "value", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "maxFeePerBlobGas")


def octets(n):
    return "0x" + random.randbytes(n).hex()


def shown(octets):
    return "0x" + bytes(octets).hex()


# Cases -------------------------------------------------------------------------------------------

def number(bits):
    return str(random.getrandbits(random.choice([1, 7, 8, 16, 32, 53, 54, 64, 100, 255, 256])) % 2**bits)


def address():
    return to_checksum_address(octets(20))


def make_address():
    text = random.choice([address(), address().lower(), address()])
    if random.random() < 0.3:
        at = random.randrange(2, 42)
        text = text[:at] + text[at].swapcase() + text[at + 1:]
    return {"key": octets(32), "text": text}


def access_list():
    return [{"address": address(), "storage_keys": [octets(32) for _ in range(random.choice([0, 1, 2, 5]))]}
            for _ in range(random.choice([0, 1, 2, 3]))]


# JavaScript's numbers have nonces and chain ids below 2^53. A creation has data, see ethereum.lua.
def transaction(kind):
    tx = {"type": kind, "chain_id": str(random.choice([1, 10, 137, 8453, 31337, 2**32, 2**53 - 1])),
          "nonce": number(53), "gas_limit": number(64), "value": number(256),
          "data": octets(random.choice([0, 1, 4, 36, 68, 300]))}
    if kind == 3 or tx["data"] == "0x" or random.random() < 0.8:
        tx["to"] = address()
    if kind < 2:
        tx["gas_price"] = number(256)
    else:
        tx["max_priority_fee_per_gas"], tx["max_fee_per_gas"] = sorted([number(256), number(256)], key=int)
    if kind > 0:
        tx["access_list"] = access_list()
    if kind == 3:
        tx["max_fee_per_blob_gas"] = number(256)
        tx["blob_versioned_hashes"] = ["0x01" + octets(31)[2:] for _ in range(random.choice([1, 2, 6]))]
    return {"key": octets(32), "tx": tx}


KINDS = ["legacy", "access_list", "dynamic_fee", "blob"]
MAKE = {"address": make_address, "message": lambda: {"key": octets(32), "message": octets(random.randrange(200))}}
MAKE |= {name: lambda kind=kind: transaction(kind) for kind, name in enumerate(KINDS)}


# Answers -----------------------------------------------------------------------------------------

# Its is_address takes capitals without a checksum too; there are none here.
def answer_address(case):
    key = keys.PrivateKey(bytes.fromhex(case["key"][2:]))
    valid = case["text"] == case["text"].lower() or is_checksum_address(case["text"])
    return " ".join([Account.from_key(case["key"]).address, "0x04" + key.public_key.to_bytes().hex(),
                     str(valid).lower(), to_checksum_address(case["text"].lower())])


def answer_message(case):
    message = encode_defunct(bytes.fromhex(case["message"][2:]))
    signature = Account.sign_message(message, case["key"]).signature
    return f"{shown(signature)} {Account.recover_message(message, signature=signature)}"


def their_fields(tx):
    fields = {NAMES.get(name, name): value for name, value in tx.items() if name != "type" or value > 0}
    fields |= {name: int(fields[name]) for name in NUMBERS if name in fields}
    for entry in fields.get("accessList", []):
        entry["storageKeys"] = entry.pop("storage_keys")
    fields.setdefault("to", b"")
    return fields


# Only typed ones can be read there: of others the signer is found.
def answer_transaction(case):
    signed = Account.sign_transaction(their_fields(case["tx"]), case["key"])
    again = "the same again"
    if case["tx"]["type"] > 0:
        read = TypedTransaction.from_bytes(signed.raw_transaction).as_dict()
        fields = {name: value for name, value in read.items() if name not in ("v", "r", "s")}
        other = Account.sign_transaction(fields, case["key"]).raw_transaction
        again = again if other == signed.raw_transaction else shown(other)
    return " ".join([shown(signed.raw_transaction), shown(signed.hash),
                     Account.recover_transaction(signed.raw_transaction), again])


ANSWER = {"address": answer_address, "message": answer_message} | {name: answer_transaction for name in KINDS}

main(MAKE, ANSWER)

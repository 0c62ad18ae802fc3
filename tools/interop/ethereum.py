# Signs random messages and transactions with eth-account, or checks what others signed.
#   usage: ethereum.py make COUNT    prints cases, a JSON object a line
#          ethereum.py check         reads such lines
import json
import random
import sys

from eth_account import Account
from eth_account.messages import encode_defunct

random.seed(20251126)

NAMES = {"gas_limit": "gas", "chain_id": "chainId", "gas_price": "gasPrice", "max_fee_per_gas": "maxFeePerGas",
         "max_priority_fee_per_gas": "maxPriorityFeePerGas", "access_list": "accessList",
         "max_fee_per_blob_gas": "maxFeePerBlobGas", "blob_versioned_hashes": "blobVersionedHashes"}


def octets(n):
    return "0x" + random.randbytes(n).hex()


def number(bits):
    return random.getrandbits(random.choice([1, 7, 8, 16, 32, 53, 54, 64, 100, 255, 256])) % 2**bits


def address():
    return Account.from_key(random.randbytes(32)).address


def access_list():
    return [{"address": address(), "storage_keys": [octets(32) for _ in range(random.choice([0, 1, 2, 5]))]}
            for _ in range(random.choice([0, 1, 2, 3]))]


def transaction(kind):
    tx = {"type": kind, "chain_id": random.choice([1, 10, 137, 8453, 31337, 2**32, 2**53 - 1]),
          "nonce": min(number(64), 2**64 - 2), "gas_limit": number(64), "value": number(256),
          "data": octets(random.choice([1, 4, 36, 68, 300]))}
    if kind == 3 or random.random() < 0.8:
        tx["to"] = address()
    if kind < 2:
        tx["gas_price"] = number(256)
    else:
        tx["max_priority_fee_per_gas"], tx["max_fee_per_gas"] = sorted([number(256), number(256)])
    if kind > 0:
        tx["access_list"] = access_list()
    if kind == 3:
        tx["max_fee_per_blob_gas"] = number(256)
        tx["blob_versioned_hashes"] = ["0x01" + octets(31)[2:] for _ in range(random.choice([1, 2, 6]))]
    return tx


def their_fields(tx):
    fields = {NAMES.get(name, name): value for name, value in tx.items() if name != "type" or value > 0}
    for name in ("chainId", "nonce", "gas", "value", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas",
                 "maxFeePerBlobGas"):
        if name in fields:
            fields[name] = int(fields[name])
    if "accessList" in fields:  # cjson writes a list without items as {}
        fields["accessList"] = list(fields["accessList"])
        for entry in fields["accessList"]:
            entry["storageKeys"] = list(entry.pop("storage_keys"))
    fields.setdefault("to", b"")
    return fields


def sign(case):
    """Adds what eth-account makes of a case with a key and a message or a transaction."""
    case["address"] = Account.from_key(case["key"]).address
    if "message" in case:
        message = encode_defunct(bytes.fromhex(case["message"][2:]))
        case["signature"] = "0x" + Account.sign_message(message, case["key"]).signature.hex().removeprefix("0x")
    else:
        signed = Account.sign_transaction(their_fields(json.loads(json.dumps(case["tx"]))), case["key"])
        case["raw"] = "0x" + signed.raw_transaction.hex().removeprefix("0x")
        case["hash"] = "0x" + signed.hash.hex().removeprefix("0x")
    return case


def make(count):
    for kind in range(4):
        for _ in range(count):
            case = sign({"key": octets(32), "tx": transaction(kind)})
            case["tx"] = {name: str(value) if isinstance(value, int) and name != "type" else value
                          for name, value in case["tx"].items()}
            print(json.dumps(case))
    for _ in range(count):
        print(json.dumps(sign({"key": octets(32), "message": octets(random.randrange(200))})))


def recover(case):
    if "message" in case:
        message = encode_defunct(bytes.fromhex(case["message"][2:]))
        return Account.recover_message(message, signature=case["signature"])
    return Account.recover_transaction(case["raw"])


def check():
    counts, differences = {}, 0
    for line in sys.stdin:
        theirs = json.loads(line)
        ours = sign({name: theirs[name] for name in ("key", "tx", "message") if name in theirs})
        kind = "type %d" % theirs["tx"]["type"] if "tx" in theirs else "messages"
        counts[kind] = counts.get(kind, 0) + 1
        if ours != theirs or recover(theirs) != theirs["address"]:
            differences += 1
            print("differs:", line, file=sys.stderr)
    print("ours, by eth-account: %s: %d differences" % (
        ", ".join("%s %d" % item for item in sorted(counts.items())), differences))
    sys.exit(differences > 0)


if sys.argv[1] == "make":
    make(int(sys.argv[2]))
else:
    check()

# Random cases of what is computed for Solana, and the answers of solders: see solana.lua.
import random

from lines import main
from solders import compute_budget, system_program, token
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.token.associated import get_associated_token_address
from solders.transaction import VersionedTransaction

PACKET = 1232


def key_of(text):
    return Pubkey.from_string(text)


# Cases -------------------------------------------------------------------------------------------

def octets(n):
    return random.randbytes(n).hex()


def some(most):
    return octets(random.randint(0, most))


def key():
    return str(Pubkey.from_bytes(random.randbytes(32)))


def public_key(seed):
    return str(Keypair.from_seed(bytes.fromhex(seed)).pubkey())


def several(least, most, make):
    return [make() for _ in range(random.randint(least, most))]


def chance(n):
    return random.randrange(n) == 0


def make_message():
    seeds = several(1, 6, lambda: octets(32))
    others = several(2, 12, key)
    programs = several(1, 4, key) + random.sample(others, random.randint(0, 1))

    def account():
        if chance(3):
            return {"pubkey": public_key(random.choice(seeds)), "is_signer": chance(2), "is_writable": chance(2)}
        return {"pubkey": random.choice(others), "is_signer": False, "is_writable": chance(2)}

    def lookup_table():
        return {"key": key(), "addresses": several(0, 20, lambda: random.choice(others) if chance(3) else key())}

    def step():
        return {"program_id": random.choice(programs), "accounts": several(0, 12, account), "data": some(70)}

    return {"version": random.choice(["legacy", 0]), "seeds": seeds, "fee_payer": public_key(seeds[0]),
            "recent_blockhash": key(), "instructions": several(1, 5, step), "tables": several(0, 3, lookup_table)}


def make_decoding():
    made = message_of(make_message() | {"tables": []})
    count = made.header.num_required_signatures
    out = bytearray(bytes(VersionedTransaction.populate(made, [Signature.default()] * count)))
    head = 1 + 64 * count
    for _ in range(random.randint(0, 2)):
        out[random.randrange(len(out))] = random.randrange(256)
    if chance(2):
        out[head + random.randrange(5)] = random.randrange(16)
    if chance(3):
        out[-1 - random.randrange(8)] = random.randrange(20)
    if chance(8):
        out.pop()
    return {"bytes": bytes(out).hex()}


def u64():
    return str(random.choice([0, 1, 2**32, 2**53 + 1, 2**63, 2**64 - 1, random.getrandbits(64)]))


ARGUMENTS = {"key": key, "u64": u64, "u32": lambda: random.getrandbits(32), "text": lambda: some(16)}

INSTRUCTIONS = {
    "system": {
        "create_account": "key key u64 u64 key", "assign": "key key", "transfer": "key key u64",
        "create_account_with_seed": "key key key text u64 u64 key", "allocate": "key u64",
        "advance_nonce": "key key", "withdraw_nonce": "key key key u64", "authorize_nonce": "key key key",
        "initialize_nonce": "key key", "transfer_with_seed": "key key text key key u64"},
    "compute_budget": {
        "request_heap_frame": "u32", "set_compute_unit_limit": "u32", "set_compute_unit_price": "u64"},
}


def make_instruction():
    program = random.choice(list(INSTRUCTIONS))
    name, types = random.choice(list(INSTRUCTIONS[program].items()))
    return {"program": program, "name": name, "arguments": [ARGUMENTS[kind]() for kind in types.split()]}


MAKE = {
    "address": lambda: {"seed": octets(32)},
    "signature": lambda: {"seed": octets(32), "message": some(300)},
    "message": make_message,
    "transaction": make_message,
    "decoding": make_decoding,
    "program_address": lambda: {"seeds": several(0, 8, lambda: some(32)), "program": key()},
    "seed_address": lambda: {"base": key(), "seed": some(16), "owner": key()},
    "associated_token": lambda: {"owner": key(), "mint": key(), "program": str(token.ID)},
    "curve": lambda: {"key": public_key(octets(32)) if chance(3) else key()},
    "instruction": make_instruction,
}


# Answers -----------------------------------------------------------------------------------------

def message_of(case):
    payer, blockhash = key_of(case["fee_payer"]), Hash.from_string(case["recent_blockhash"])
    steps = [Instruction(key_of(step["program_id"]), bytes.fromhex(step["data"]),
                         [AccountMeta(key_of(a["pubkey"]), a["is_signer"], a["is_writable"]) for a in step["accounts"]])
             for step in case["instructions"]]
    if case["version"] == "legacy":
        return Message.new_with_blockhash(steps, payer, blockhash)
    tables = [AddressLookupTableAccount(key_of(t["key"]), [key_of(a) for a in t["addresses"]]) for t in case["tables"]]
    return MessageV0.try_compile(payer, steps, tables, blockhash)


def fits(made):
    return 1 + 64 * made.header.num_required_signatures + len(to_bytes_versioned(made)) <= PACKET


def answer_message(case):
    made = message_of(case)
    return to_bytes_versioned(made).hex() if fits(made) else "too_large"


def answer_transaction(case):
    made = message_of(case)
    if not fits(made):
        return "too_large"
    keypairs = {str(pair.pubkey()): pair for pair in
                (Keypair.from_seed(bytes.fromhex(seed)) for seed in case["seeds"])}
    signers = made.account_keys[:made.header.num_required_signatures]
    signed = VersionedTransaction(made, [keypairs[str(signer)] for signer in signers])
    again = VersionedTransaction.from_bytes(bytes(signed))
    again.sanitize()
    assert all(again.verify_with_results()) and bytes(again) == bytes(signed)
    return bytes(signed).hex()


# solders' reader takes bytes behind the end and a key twice, and knows a version 1, which we do not.
def answer_decoding(case):
    given = bytes.fromhex(case["bytes"])
    try:
        read = VersionedTransaction.from_bytes(given)
        read.sanitize()
    except Exception:
        return "refused"
    keys = read.message.account_keys
    good = bytes(read) == given and len(given) <= PACKET and len(set(keys)) == len(keys) and read.version() != 1
    return "read" if good else "refused"


def answer_program_address(case):
    seeds, program = [bytes.fromhex(seed) for seed in case["seeds"]], key_of(case["program"])
    address, bump = Pubkey.find_program_address(seeds, program)
    try:
        plain = Pubkey.create_program_address(seeds, program)
    except Exception:
        plain = "refused"
    return f"{address} {bump} {plain}"


def answer_signature(case):
    message, pair = bytes.fromhex(case["message"]), Keypair.from_seed(bytes.fromhex(case["seed"]))
    signature = pair.sign_message(message)
    assert signature.verify(pair.pubkey(), message)
    return bytes(signature).hex()


def system_instruction(name, a):
    s = system_program
    if name == "create_account":
        return s.create_account(s.CreateAccountParams(
            from_pubkey=a[0], to_pubkey=a[1], lamports=a[2], space=a[3], owner=a[4]))
    if name == "assign":
        return s.assign(s.AssignParams(pubkey=a[0], owner=a[1]))
    if name == "transfer":
        return s.transfer(s.TransferParams(from_pubkey=a[0], to_pubkey=a[1], lamports=a[2]))
    if name == "allocate":
        return s.allocate(s.AllocateParams(pubkey=a[0], space=a[1]))
    if name == "create_account_with_seed":
        return s.create_account_with_seed(s.CreateAccountWithSeedParams(
            from_pubkey=a[0], to_pubkey=a[1], base=a[2], seed=a[3], lamports=a[4], space=a[5], owner=a[6]))
    if name == "advance_nonce":
        return s.advance_nonce_account(s.AdvanceNonceAccountParams(nonce_pubkey=a[0], authorized_pubkey=a[1]))
    if name == "withdraw_nonce":
        return s.withdraw_nonce_account(s.WithdrawNonceAccountParams(
            nonce_pubkey=a[0], authorized_pubkey=a[1], to_pubkey=a[2], lamports=a[3]))
    if name == "authorize_nonce":
        return s.authorize_nonce_account(s.AuthorizeNonceAccountParams(
            nonce_pubkey=a[0], authorized_pubkey=a[1], new_authority=a[2]))
    if name == "initialize_nonce":
        return s.initialize_nonce_account(s.InitializeNonceAccountParams(nonce_pubkey=a[0], authority=a[1]))
    return s.transfer_with_seed(s.TransferWithSeedParams(
        from_pubkey=a[0], from_base=a[1], from_seed=a[2], from_owner=a[3], to_pubkey=a[4], lamports=a[5]))


def answer_instruction(case):
    kinds = INSTRUCTIONS[case["program"]][case["name"]].split()
    convert = {"key": key_of, "u64": int, "u32": int, "text": str}
    given = [convert[kind](value) for kind, value in zip(kinds, case["arguments"])]
    if case["program"] == "system":
        made = system_instruction(case["name"], given)
    else:
        made = getattr(compute_budget, case["name"])(*given)
    accounts = [f"{m.pubkey}:{'s' if m.is_signer else ''}{'w' if m.is_writable else ''}" for m in made.accounts]
    return " ".join([str(made.program_id), *accounts, made.data.hex()])


ANSWER = {
    "address": lambda case: public_key(case["seed"]),
    "signature": answer_signature,
    "message": answer_message,
    "transaction": answer_transaction,
    "decoding": answer_decoding,
    "program_address": answer_program_address,
    "seed_address": lambda case: str(Pubkey.create_with_seed(key_of(case["base"]), case["seed"], key_of(case["owner"]))),
    "associated_token": lambda case: str(get_associated_token_address(
        key_of(case["owner"]), key_of(case["mint"]), key_of(case["program"]))),
    "curve": lambda case: str(key_of(case["key"]).is_on_curve()).lower(),
    "instruction": answer_instruction,
}

main(MAKE, ANSWER)

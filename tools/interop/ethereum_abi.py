# Random cases for tools/interop_ethereum_abi, with what eth-abi and eth-account make of them, as JSON.
#   usage: python ethereum_abi.py abi|packed|typed COUNT SEED
import json
import random
import sys

from eth_abi import encode
from eth_abi.packed import encode_packed
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils import to_checksum_address

rnd = random.Random(int(sys.argv[3]))


def shown(octets):
    return "0x" + octets.hex()


# Values are pairs: what the peer takes, and what JSON has.


def number(bits, signed):
    n = rnd.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1), rnd.getrandbits(bits), rnd.getrandbits(8)])
    n = n - (1 << bits) if signed and n >> (bits - 1) else n
    return n, str(n)


def octets(size):
    value = bytes(rnd.getrandbits(8) if rnd.random() < 0.8 else 0 for _ in range(size))
    return value, shown(value)


def text():
    size = rnd.choice([0, 1, 5, 31, 32, 33, 70])
    value = "".join(rnd.choice('abc XYZ\u00e9\u4e16\U0001f600\n"\\0') for _ in range(size))
    return value, value


def atom(function=True):
    kinds = ["uint", "int", "bool", "address", "bytesN", "bytes", "string"] + ["function"] * function
    kind = rnd.choice(kinds)
    if kind in ("uint", "int"):
        return f"{kind}{8 * rnd.randint(1, 32)}"
    return f"bytes{rnd.randint(1, 32)}" if kind == "bytesN" else kind


def value_of(kind):
    if kind.startswith("uint"):
        return number(int(kind[4:]), False)
    if kind.startswith("int"):
        return number(int(kind[3:]), True)
    if kind == "bool":
        return (rnd.random() < 0.5,) * 2
    if kind == "address":
        return (to_checksum_address(octets(20)[1]),) * 2
    if kind == "string":
        return text()
    if kind == "bytes":
        return octets(rnd.choice([0, 1, 31, 32, 33, 100]))
    return octets(24 if kind == "function" else int(kind[5:]))


def many(makers, container=list):
    pairs = [make() for make in makers]
    return container(a for a, _ in pairs), [b for _, b in pairs]


# Returns a type, and what makes a value of it.
def make_type(depth):
    roll = rnd.random()
    if depth == 0 or roll < 0.5:
        kind = atom()
        return kind, lambda: value_of(kind)
    if roll < 0.75:
        inner, make = make_type(depth - 1)
        fixed = rnd.choice([None, 1, 2, 3])
        suffix = "[]" if fixed is None else f"[{fixed}]"
        return inner + suffix, lambda: many([make] * (rnd.randint(0, 4) if fixed is None else fixed))
    members = [make_type(depth - 1) for _ in range(rnd.randint(1, 4))]
    kinds = ",".join(kind for kind, _ in members)
    return f"({kinds})", lambda: many([make for _, make in members], tuple)


def abi_case():
    members = [make_type(3) for _ in range(rnd.randint(0, 5))]
    types = [kind for kind, _ in members]
    theirs, ours = many([make for _, make in members])
    return {"types": types, "values": ours, "data": shown(encode(types, theirs))}


# Arrays are left out: eth-abi does not pad their elements, Solidity does.
def packed_case():
    types = [atom(False) for _ in range(rnd.randint(0, 5))]
    theirs, ours = many([lambda kind=kind: value_of(kind) for kind in types])
    return {"types": types, "values": ours, "data": shown(encode_packed(types, theirs))}


# Every struct is used by the one before it, or there would be several primary types.
def make_structs():
    names = rnd.sample(["Order", "Item", "Person", "a", "Zed", "Asset_1", "B$"], rnd.randint(1, 5))
    types = {}
    for i, name in enumerate(names):
        members = []
        for k in range(rnd.randint(1, 5)):
            later = names[i + 1:]
            kind = rnd.choice(later) if later and rnd.random() < 0.5 else atom(False)
            kind += "".join(rnd.choice(["[]", "[1]", "[2]"]) for _ in range(rnd.choice([0, 0, 0, 1, 1, 2])))
            members.append({"name": f"m{k}", "type": kind})
        if i + 1 < len(names):
            members.append({"name": "next", "type": names[i + 1] + rnd.choice(["", "", "[]", "[2]"])})
        if rnd.random() < 0.2:
            members.append({"name": "again", "type": name + "[]"})
        types[name] = members
    return names[0], types


def fill(types, kind, depth=0):
    if kind.endswith("]"):
        inner, count = kind[:-1].rsplit("[", 1)
        count = int(count) if count else (rnd.randint(0, 3) if depth < 4 else 0)
        return many([lambda: fill(types, inner, depth + 1)] * count)
    if kind not in types:
        return value_of(kind)
    pairs = {m["name"]: fill(types, m["type"], depth + 1) for m in types[kind]}
    return {k: a for k, (a, _) in pairs.items()}, {k: b for k, (_, b) in pairs.items()}


def typed_case():
    fields = [("name", "string"), ("version", "string"), ("chainId", "uint256"),
              ("verifyingContract", "address"), ("salt", "bytes32")]
    chosen = [field for field in fields if rnd.random() < 0.6] or fields[:1]
    primary, types = make_structs()
    all_types = dict(types, EIP712Domain=[{"name": n, "type": t} for n, t in chosen])
    domain, our_domain = fill(all_types, "EIP712Domain")
    message, our_message = fill(types, primary)
    signable = encode_typed_data(full_message={"types": all_types, "primaryType": primary,
                                               "domain": domain, "message": message})
    form = {"types": all_types if rnd.random() < 0.5 else types, "primaryType": primary,
            "domain": our_domain, "message": our_message}
    return {"form": form, "separator": shown(signable.header), "struct": shown(signable.body),
            "hash": shown(_hash_eip191_message(signable))}


case = {"abi": abi_case, "packed": packed_case, "typed": typed_case}[sys.argv[1]]
print(json.dumps([case() for _ in range(int(sys.argv[2]))]))

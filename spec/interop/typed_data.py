# Random typed data, and what eth-account makes of it: see typed_data.lua.
import random

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data

import values
from lines import main

FIELDS = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"),
          ("salt", "bytes32")]


# Every struct is used by the one before it, or there would be several primary types.
def structs():
    names = random.sample(["Order", "Item", "Person", "a", "Zed", "Asset_1", "B$"], random.randint(1, 5))
    types = {}
    for i, name in enumerate(names):
        members = []
        for k in range(random.randint(1, 5)):
            later = names[i + 1:]
            kind = random.choice(later) if later and random.random() < 0.5 else values.atom()
            kind += "".join(random.choice(["[]", "[1]", "[2]"]) for _ in range(random.choice([0, 0, 0, 1, 1, 2])))
            members.append({"name": f"m{k}", "type": kind})
        if i + 1 < len(names):
            members.append({"name": "next", "type": names[i + 1] + random.choice(["", "", "[]", "[2]"])})
        if random.random() < 0.2:
            members.append({"name": "again", "type": name + "[]"})
        types[name] = members
    return names[0], types


def walk(types, kind, atom, value=None, depth=0):
    """A value of a type: what atom makes of each of the parts, and of what the value has there, if there is one."""
    if kind.endswith("]"):
        inner, size = kind[:-1].rsplit("[", 1)
        if value is None:
            value = [None] * (int(size) if size else (random.randint(0, 3) if depth < 4 else 0))
        return [walk(types, inner, atom, item, depth + 1) for item in value]
    if kind not in types:
        return atom(kind, value)
    return {m["name"]: walk(types, m["type"], atom, value and value[m["name"]], depth + 1) for m in types[kind]}


def make_case():
    chosen = [field for field in FIELDS if random.random() < 0.6] or FIELDS[:1]
    primary, types = structs()
    types["EIP712Domain"] = [{"name": name, "type": kind} for name, kind in chosen]
    fresh = lambda kind, _: values.of_atom(kind)
    return {"key": values.octets(31) + "01", "types": types, "primary": primary, "bare": random.random() < 0.5,
            "domain": walk(types, "EIP712Domain", fresh), "message": walk(types, primary, fresh)}


def answer_case(case):
    types = case["types"]
    form = {"types": types, "primaryType": case["primary"],
            "domain": walk(types, "EIP712Domain", values.take, case["domain"]),
            "message": walk(types, case["primary"], values.take, case["message"])}
    signable = encode_typed_data(full_message=form)
    signature = Account.sign_message(signable, case["key"]).signature
    return " ".join(["0x" + signable.header.hex(), "0x" + _hash_eip191_message(signable).hex(),
                     "0x" + signature.hex().removeprefix("0x"), Account.recover_message(signable, signature=signature)])


main({"typed_data": make_case}, {"typed_data": answer_case})

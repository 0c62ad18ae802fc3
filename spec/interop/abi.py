# Random types and values, and what eth-abi makes of them: see abi.lua.
import random

from eth_abi import decode, encode
from eth_abi.packed import encode_packed

import values
from lines import main


def make_case(function):
    types, given = values.made(5, 3, function)
    return {"types": types, "values": given}


def make_packed():
    types = [values.atom() for _ in range(random.randint(0, 5))]
    return {"types": types, "values": [values.of_atom(kind) for kind in types]}


def taken(case):
    return [values.take(kind, value) for kind, value in zip(case["types"], case["values"])]


def answer_abi(case):
    data = encode(case["types"], taken(case))
    other = encode(case["types"], decode(case["types"], data))
    return "0x" + data.hex() + ("" if other == data else " then 0x" + other.hex())


MAKE = {"abi": lambda: make_case(False), "function": lambda: make_case(True), "packed": make_packed}
ANSWER = {"abi": answer_abi, "function": answer_abi,
          "packed": lambda case: "0x" + encode_packed(case["types"], taken(case)).hex()}

main(MAKE, ANSWER)

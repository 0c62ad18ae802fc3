# Random types of the ABI, and random values of them: see values.lua. And values as eth-abi takes them.
import random

from eth_abi.grammar import TupleType, parse
from eth_utils import to_checksum_address


def octets(size):
    return "0x" + bytes(random.getrandbits(8) if random.random() < 0.8 else 0 for _ in range(size)).hex()


def number(bits, signed):
    n = random.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1), random.getrandbits(bits), random.getrandbits(8)])
    return str(n - (1 << bits) if signed and n >> (bits - 1) else n)


def text():
    size = random.choice([0, 1, 5, 31, 32, 33, 70])
    return "".join(random.choice('abc XYZ\u00e9\u4e16\U0001f600\n"\\0') for _ in range(size))


def atom(function=False):
    kind = random.choice(["uint", "int", "bool", "address", "fixed", "bytes", "string"] + ["function"] * function)
    if kind in ("uint", "int"):
        return f"{kind}{8 * random.randint(1, 32)}"
    return f"bytes{random.randint(1, 32)}" if kind == "fixed" else kind


def of_atom(kind):
    if kind.startswith("uint"):
        return number(int(kind[4:]), False)
    if kind.startswith("int"):
        return number(int(kind[3:]), True)
    if kind == "bool":
        return random.random() < 0.5
    if kind == "address":
        return to_checksum_address(octets(20))
    if kind == "string":
        return text()
    if kind == "bytes":
        return octets(random.choice([0, 1, 31, 32, 33, 100]))
    return octets(24 if kind == "function" else int(kind[5:]))


def any_type(depth, function=False):
    """A type, and what makes a value of it."""
    roll = random.random()
    if depth == 0 or roll < 0.5:
        kind = atom(function)
        return kind, lambda: of_atom(kind)
    if roll < 0.75:
        inner, make = any_type(depth - 1, function)
        size = random.choice([None, 1, 2, 3])
        suffix = "[]" if size is None else f"[{size}]"
        return inner + suffix, lambda: [make() for _ in range(random.randint(0, 4) if size is None else size)]
    members = [any_type(depth - 1, function) for _ in range(random.randint(1, 4))]
    return f"({','.join(kind for kind, _ in members)})", lambda: [make() for _, make in members]


def made(most, depth, function=False):
    """A list of types, and one of values."""
    members = [any_type(depth, function) for _ in range(random.randint(0, most))]
    return [kind for kind, _ in members], [make() for _, make in members]


def take(kind, value):
    """A case's value as eth-abi takes it."""
    kind = parse(kind) if isinstance(kind, str) else kind
    if kind.is_array:
        return [take(kind.item_type, item) for item in value]
    if isinstance(kind, TupleType):
        return tuple(take(part, item) for part, item in zip(kind.components, value))
    if kind.base in ("uint", "int"):
        return int(value)
    return bytes.fromhex(value[2:]) if kind.base in ("bytes", "function") else value

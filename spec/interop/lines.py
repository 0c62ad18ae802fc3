# A peer's program: cases of its making, and its answers. See lines.lua.
import json
import random
import sys


def main(make, answer):
    """make: kind -> function() -> case; answer: kind -> function(case) -> line."""
    if sys.argv[1] == "make":
        kind, count, seed = sys.argv[2:5]
        random.seed(kind + seed)
        for _ in range(int(count)):
            print(json.dumps(make[kind]() | {"kind": kind}))
    else:
        for line in sys.stdin:
            case = json.loads(line)
            print(answer[case["kind"]](case))

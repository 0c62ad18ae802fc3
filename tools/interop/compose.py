# Reads lines "0 DOCUMENT" or "1 DOCUMENT" (1: normalize); prints the helper's hash or "error" for each.
import json
import sys

from dstack_sdk import get_compose_hash

for line in sys.stdin.buffer.read().decode("utf-8").split("\n")[:-1]:
    normalize, text = line.split(" ", 1)
    try:
        print(get_compose_hash(json.loads(text), normalize == "1"))
    except Exception:
        print("error")

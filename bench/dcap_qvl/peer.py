# Microseconds of the processor that a call of dcap-qvl takes, in Rust. For ready the collateral is made of its JSON
# once, before.
#   usage: peer.py verify|ready|parse CALLS, from the repository's top
import json
import sys
import time

import dcap_qvl

with open("spec/vectors/dcap.json") as file:
    known = json.load(file)
case = known["cases"][0]
quote, root, now = bytes.fromhex(case["quote"]), bytes.fromhex(known["root"]), known["now"]
collateral = dcap_qvl.QuoteCollateralV3.from_json(case["collateral"])
fields = [name for name in dir(dcap_qvl.TdReport10) if name[0] != "_"]


def read(text):
    return dcap_qvl.QuoteCollateralV3.from_json(text)


# Fields come when asked for; ours and those in JavaScript are all there.
def parse():
    parsed = dcap_qvl.Quote.parse(quote)
    report = parsed.report
    return parsed.header.version, [getattr(report, name) for name in fields]


work = {
    "verify": lambda: dcap_qvl.verify_with_root_ca(quote, read(case["collateral"]), root, now),
    "ready": lambda: dcap_qvl.verify_with_root_ca(quote, collateral, root, now),
    "parse": parse,
}[sys.argv[1]]
calls = int(sys.argv[2])
work()
start = time.process_time()
for _ in range(calls):
    work()
print((time.process_time() - start) / calls * 1e6)

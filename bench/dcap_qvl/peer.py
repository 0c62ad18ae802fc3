# Microseconds of the processor that a call of dcap-qvl takes, in Rust; for replay, of dstack-sdk, in Python.
#   usage: peer.py verify|kept|report|parse|replay CALLS, from the repository's top: see compare.lua
import json
import sys
import time

import dcap_qvl
from dstack_sdk import GetQuoteResponse

with open("spec/vectors/dcap.json") as file:
    known = json.load(file)
with open("spec/vectors/eventlog-simulator.json") as file:
    log = file.read()
case = known["cases"][0]
quote, root, now = bytes.fromhex(case["quote"]), bytes.fromhex(known["root"]), known["now"]


def names(kind):
    return [name for name in dir(kind) if name[0] != "_"]


report_names, header_names = names(dcap_qvl.TdReport10), names(dcap_qvl.QuoteHeader)


def read(text):
    return dcap_qvl.QuoteCollateralV3.from_json(text)


# Fields come when asked for.
def report():
    fields = dcap_qvl.Quote.parse(quote).report
    return [getattr(fields, name) for name in report_names]


# What ours has too and can be asked for: of the PCK certificate's extension that is the FMSPC.
def parse():
    parsed = dcap_qvl.Quote.parse(quote)
    header, fields = parsed.header, parsed.report
    return ([getattr(header, name) for name in header_names], [getattr(fields, name) for name in report_names],
            parsed.fmspc())


collateral = read(case["collateral"])
reply = GetQuoteResponse(quote="", event_log=log)
work = {
    "verify": lambda: dcap_qvl.verify_with_root_ca(quote, read(case["collateral"]), root, now),
    "kept": lambda: dcap_qvl.verify_with_root_ca(quote, collateral, root, now),
    "report": report,
    "parse": parse,
    "replay": reply.replay_rtmrs,
}[sys.argv[1]]
calls = int(sys.argv[2])
work()
start = time.process_time()
for _ in range(calls):
    work()
print((time.process_time() - start) / calls * 1e6)

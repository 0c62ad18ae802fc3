# The answers of dcap-qvl, in Rust, to cases of quotes with their collateral: see attest.lua.
import json

import dcap_qvl
from lines import main

INTEL = ""


def verify(case):
    quote = bytes.fromhex(case["quote"])
    collateral = dcap_qvl.QuoteCollateralV3.from_json(case["collateral"])
    if case["root"] == INTEL:
        return dcap_qvl.verify(quote, collateral, case["now"])
    return dcap_qvl.verify_with_root_ca(quote, collateral, bytes.fromhex(case["root"]), case["now"])


def level(found):
    return " ".join([found["status"], *found["advisory_ids"]])


# Whatever it raises is no acceptance, and a panic is neither.
def judge(case):
    try:
        report = json.loads(verify(case).to_json())
    except ValueError as refusal:
        return "refused " + " ".join(str(refusal).split())
    return (f"{level(report)}, platform {level(report['platform_status'])}, qe {level(report['qe_status'])}, "
            f"ppid {report['ppid']}")


def answer(case):
    return f"{case['name']}: {judge(case)}"


main({}, dict.fromkeys(["flawed", "merged", "changed", "shared"], answer))

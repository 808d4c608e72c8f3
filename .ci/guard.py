#!/usr/bin/env python3
"""Compare the findings of cfn-guard with the list of exceptions.

    guard.py REPORT.json EXCEPTIONS.txt

REPORT.json is what `cfn-guard validate --structured --output-format json` printed. Ends
with status 1 where a rule is broken without an exception, where an exception is not
needed any more, and where the report shows that too few rules looked at anything.
"""

import json
import re
import sys


def broken(report):
    """The pairs (rule, resource) that are not compliant."""
    for file in report:
        for failure in file["not_compliant"]:
            text = json.dumps(failure)
            rule = re.search(r"\[(CT\.[A-Z0-9.]+)\]", text)
            resources = set(re.findall(r"/Resources/([A-Za-z0-9]+)", text))
            if not rule or not resources:
                sys.exit(f"cannot tell what broke {failure['Rule']['name']}")
            for resource in resources:
                yield rule[1], resource


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        report = json.load(f)
    with open(sys.argv[2], encoding="utf-8") as f:
        lines = [line.split(maxsplit=2) for line in f if line.strip() and not line.startswith("#")]
    allowed = {(rule, resource): reason for rule, resource, reason in lines}
    applied = sum(len(file["compliant"]) + len(file["not_compliant"]) for file in report)
    if applied < 5:
        sys.exit(f"only {applied} rules applied to anything: is this the right template?")
    found = set(broken(report))
    for rule, resource in sorted(found - set(allowed)):
        print(f"{resource} breaks {rule}")
    for rule, resource in sorted(set(allowed) - found):
        print(f"the exception of {resource} from {rule} is not needed any more")
    if found != set(allowed):
        sys.exit(1)
    print(f"cfn-guard: {applied} Control Tower rules apply, {len(found)} reasoned exceptions")


main()

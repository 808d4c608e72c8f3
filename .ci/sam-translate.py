#!/usr/bin/env python3
"""Print template.yaml as AWS::Serverless would have CloudFormation see it: as JSON.

    sam-translate.py template.yaml             the translation
    sam-translate.py --defaults template.yaml  the same, the parameters' defaults put in

Needs the package aws-sam-translator, which the SAM CLI brings along. No AWS account is
asked: the template uses none of the names of managed policies that would be looked up.
"""

import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Stands in for the loader that would list AWS's managed policies."""

    def load(self):
        return {}


def resolve(value, defaults):
    """Put the default in the place of every reference to a parameter."""
    if isinstance(value, list):
        return [resolve(v, defaults) for v in value]
    if isinstance(value, dict):
        if list(value) == ["Ref"] and value["Ref"] in defaults:
            return defaults[value["Ref"]]
        return {k: resolve(v, defaults) for k, v in value.items()}
    return value


def main():
    put_defaults = sys.argv[1] == "--defaults"
    with open(sys.argv[-1], encoding="utf-8") as f:
        template = yaml_parse(f)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # The translator wants what `sam deploy` puts here.
            resource["Properties"]["CodeUri"] = {"Bucket": "artifacts", "Key": "package.zip"}
    defaults = {name: p["Default"] for name, p in template["Parameters"].items() if "Default" in p}
    translated = transform(template, dict(defaults), NoManagedPolicies())
    if put_defaults:
        translated["Resources"] = resolve(translated["Resources"], defaults)
    json.dump(translated, sys.stdout, indent=1, sort_keys=True)
    print()


main()

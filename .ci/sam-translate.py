#!/usr/bin/env python3
"""Print template.yaml as AWS::Serverless would have CloudFormation see it: as JSON.

    sam-translate.py template.yaml             the translation
    sam-translate.py --defaults template.yaml  the same, the parameters' defaults put in
    sam-translate.py --parts template.yaml     of it, what package ownparts compares

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


# What a sweep compares with the template, in full; of what that names, the name.
COMPARED = [
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
]
NAMES = {
    "AWS::CloudWatch::Alarm": ["AlarmName"],
    "AWS::Events::Rule": ["Name"],
    "AWS::IAM::Role": ["Path", "RoleName"],
    "AWS::Lambda::Function": ["FunctionName"],
}


def parts(resources):
    """Keep of each resource its type and the properties that package ownparts needs."""
    kept = {}
    for name, resource in resources.items():
        properties = resource["Properties"]
        if resource["Type"] not in COMPARED:
            properties = {k: properties[k] for k in NAMES.get(resource["Type"], []) if k in properties}
        if properties:
            kept[name] = {"Type": resource["Type"], "Properties": properties}
    return kept


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
    if sys.argv[1] == "--parts":
        translated = parts(translated["Resources"])
    json.dump(translated, sys.stdout, indent=1, sort_keys=True)
    print()


main()

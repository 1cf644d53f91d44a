"""Prints template.yaml as JSON twice: as it is written, and as SAM makes CloudFormation of it; and the rights that
CloudFormation needs for each type of resource in it, as AWS's schemas name them."""

import json
import os
import pathlib
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

import cfnlint  # noqa: E402
from samcli.yamlhelper import yaml_parse  # noqa: E402
from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()

template = yaml_parse(text)
for resource in template["Resources"].values():
    # `sam package` writes where it put the zip; here it only must look like that.
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
defaults = {name: parameter.get("Default", "") for name, parameter in template["Parameters"].items()}
cloudformation = Translator({}, Parser()).translate(template, defaults)

schemas = pathlib.Path(cfnlint.__file__).parent / "data/schemas"
names = json.loads((schemas / "providers/eu-central-1.json").read_text())


def rights(resource_type):
    handlers = json.loads((schemas / f"resources/{names[resource_type]}.json").read_text())["handlers"]
    return {name: handler["permissions"] for name, handler in handlers.items()}


types = {resource["Type"] for resource in cloudformation["Resources"].values()}
output = {"sam": yaml_parse(text), "cloudformation": cloudformation, "rights": {each: rights(each) for each in types}}
json.dump(output, sys.stdout)

"""Prints template.yaml as JSON twice: as it is written, and as SAM makes CloudFormation of it."""

import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

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
json.dump({"sam": yaml_parse(text), "cloudformation": cloudformation}, sys.stdout)

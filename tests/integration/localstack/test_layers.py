"""What the functions need of the layers, with no other package to import from."""

import json
import os
import subprocess
import sys

from localstack.build import BUILT, read_template
from localstack.layout import ROOT
from localstack.stack import Stack

PROGRAM = """
import importlib, json, sys
from payerworks.aws import client
from payerworks.log import logger

for handler in json.loads(sys.argv[1]):
    module, _, name = handler.rpartition(".")
    getattr(importlib.import_module(module), name)
for service in ("dynamodb", "kms", "s3", "sns", "sqs"):
    client(service)
logger().error("to log")
print(sorted(path for path in sys.path if "site-packages" in path))
"""


def test_every_handler_imports_with_the_layers_alone(running_stack: Stack) -> None:
    assert running_stack.running()
    resources = read_template(ROOT / "template.yaml")["Resources"].values()
    functions = [item["Properties"] for item in resources if item["Type"] == "AWS::Serverless::Function"]
    folders = [BUILT / "CreatePlan", *(BUILT / layer / "python" for layer in ("CommonLayer", "DependenciesLayer"))]
    environment = {"PYTHONPATH": os.pathsep.join(map(str, folders)), "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys._base_executable, "-S", "-c", PROGRAM, json.dumps([item["Handler"] for item in functions])],  # type: ignore[attr-defined]
        env=environment | {"POWERTOOLS_SERVICE_NAME": "test", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"message":"to log"' in done.stdout
    assert done.stdout.endswith("[]\n")

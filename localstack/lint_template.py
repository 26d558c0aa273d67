"""Lint the template twice: as it is written, and as AWS will see it once SAM has translated it.

The second finds what the first cannot: circles between resources that SAM adds, and resources over the limit.
"""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.decode import decode
from samtranslator.translator.transform import transform

from localstack.layout import REGION, ROOT

TEMPLATE = ROOT / "template.yaml"
TRANSLATED = ROOT / ".aws-sam/translated.json"
# What SAM itself brings: a DependsOn that a reference implies, parameters replaced by their values.
SAMS_OWN = ["W2001", "W3005"]
# Rights that AWS has no name for (sns:Publish covers a batch) and that the emulator asks for all the same.
EMULATORS_OWN = tuple(
    f"W3037 '{action}' "
    for action in ("publishbatch", "sendmessagebatch", "batchexecutestatement", "changemessagevisibilitybatch")
)


class NoManagedPolicies:
    """SAM asks for the ARNs of policies that are named only; ours are written out."""

    def load(self) -> dict[str, str]:
        return {}


def translate(path: Path) -> dict[str, Any]:
    """The CloudFormation template that SAM makes of this one."""
    template, problems = decode(str(path))
    if problems:
        sys.exit("\n".join(str(problem) for problem in problems))
    source = json.loads(json.dumps(template))
    for properties in packaged(source):
        for name in {"CodeUri", "ContentUri"} & properties.keys():
            properties[name] = "s3://bucket/key"
    parameters = {name: rule["Default"] for name, rule in source.get("Parameters", {}).items() if "Default" in rule}
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    translated: dict[str, Any] = transform(source, parameters, NoManagedPolicies())
    return translated


def packaged(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The properties that `sam deploy` points at uploaded packages."""
    everywhere = template.get("Globals", {}).get("Function", {})
    return [everywhere, *(resource.get("Properties", {}) for resource in template["Resources"].values())]


def lint(path: Path, ignored: list[str]) -> int:
    """Print what cfn-lint finds, warnings too, and count it."""
    count = 0
    for match in lint_file(path, ManualArgs(ignore_checks=ignored, regions=[REGION])):
        told = f"{match.rule.id} {match.message}"
        if not told.startswith(EMULATORS_OWN):
            print(f"{path.name}:{match.linenumber}: {told}")
            count += 1
    return count


if __name__ == "__main__":
    TRANSLATED.parent.mkdir(exist_ok=True)
    TRANSLATED.write_text(json.dumps(translate(TEMPLATE), indent=1))
    sys.exit(1 if lint(TEMPLATE, []) + lint(TRANSLATED, SAMS_OWN) else 0)

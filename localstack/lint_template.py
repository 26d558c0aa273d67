"""Lint the template twice, as source and as the CloudFormation template that SAM generates; then the stacks around it.

Only the second lint finds circular dependencies between resources that SAM adds, and too many resources. The stacks of
infrastructure/ are linted by cfn-lint's informational rules too.
"""

import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.decode import decode
from samtranslator.translator.transform import transform

from infrastructure.deployment import templates
from localstack.layout import REGION, ROOT

TEMPLATE = ROOT / "template.yaml"
TRANSLATED = ROOT / ".aws-sam/translated.json"
AROUND = [templates.written(path.stem) for path in sorted(templates.FOLDER.glob("*.yaml"))]
# Warnings that SAM itself causes: a DependsOn that a reference implies, parameters replaced by their values.
SAMS_OWN = ["W2001", "W3005"]
# Permissions that do not exist on AWS (sns:Publish covers batches) but that the emulator requires.
EMULATORS_OWN = tuple(
    f"W3037 '{action}' "
    for action in ("publishbatch", "sendmessagebatch", "batchexecutestatement", "changemessagevisibilitybatch")
)


class NoManagedPolicies:
    """SAM's loader of managed policies by name; empty, because our template writes its policies out."""

    def load(self) -> dict[str, str]:
        return {}


def translate(path: Path, given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The CloudFormation template that SAM generates, with the `given` parameters; exits if it cannot be parsed."""
    source = decoded(path)
    for properties in packaged(source):
        for name in {"CodeUri", "ContentUri"} & properties.keys():
            properties[name] = "s3://bucket/key"
    parameters = {name: rule["Default"] for name, rule in source.get("Parameters", {}).items() if "Default" in rule}
    parameters |= given or {}
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    translated: dict[str, Any] = transform(source, parameters, NoManagedPolicies())
    return translated


def decoded(path: Path) -> dict[str, Any]:
    """A template with its short functions written out (`!Ref X` is `{"Ref": "X"}`); exits if it cannot be parsed."""
    template, problems = decode(str(path))
    if problems:
        sys.exit("\n".join(str(problem) for problem in problems))
    read: dict[str, Any] = json.loads(json.dumps(template))
    return read


def packaged(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The properties in which `sam deploy` replaces local paths with uploaded packages."""
    global_properties = template.get("Globals", {}).get("Function", {})
    return [global_properties, *(resource.get("Properties", {}) for resource in template["Resources"].values())]


def lint(path: Path, ignored: list[str], *, informational: bool = False) -> int:
    """Print cfn-lint's errors and warnings (and information), except `ignored` rules; return their number."""
    count = 0
    included = ["I"] if informational else []
    for match in lint_file(path, ManualArgs(ignore_checks=ignored, include_checks=included, regions=[REGION])):
        finding = f"{match.rule.id} {match.message}"
        if not finding.startswith(EMULATORS_OWN):
            print(f"{path.name}:{match.linenumber}: {finding}")
            count += 1
    return count


if __name__ == "__main__":
    TRANSLATED.parent.mkdir(exist_ok=True)
    # Lines, for the findings' numbers, but no indentation: CloudFormation's limit of a megabyte is on a compact text.
    TRANSLATED.write_text(json.dumps(translate(TEMPLATE), indent=0))
    found = lint(TEMPLATE, []) + lint(TRANSLATED, SAMS_OWN)
    sys.exit(1 if found + sum(lint(path, [], informational=True) for path in AROUND) else 0)

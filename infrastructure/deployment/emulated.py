"""The parts of the stacks that the emulator knows. What it does not know is left out, and named."""

import json
from pathlib import Path
from typing import Any

from infrastructure.deployment.templates import WRITTEN
from localstack.lint_template import decoded

UNKNOWN = (
    "AWS::Backup::BackupSelection",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::EC2::FlowLog",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::WAFv2::WebACLAssociation",
)
"""Types of resources that MiniStack 1.5 refuses; it refuses alarms on expressions too."""


def known_part(template: Path) -> tuple[Path, list[str]]:
    """The template without what the emulator refuses and what refers to it, and the names of what was left out."""
    read = decoded(template)
    left_out = [name for name, resource in read["Resources"].items() if _is_unknown(resource)]
    more = left_out
    while more:
        for name in more:
            del read["Resources"][name]
        more = [name for name, each in read["Resources"].items() if _refers(each, left_out)]
        left_out = left_out + more
    read["Outputs"] = {name: each for name, each in read.get("Outputs", {}).items() if not _refers(each, left_out)}
    WRITTEN.mkdir(parents=True, exist_ok=True)
    target = WRITTEN / f"{template.stem}-emulated.json"
    target.write_text(json.dumps(read, indent=1))
    return target, left_out


def _is_unknown(resource: dict[str, Any]) -> bool:
    return resource["Type"] in UNKNOWN or (
        resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    )


def _refers(value: Any, names: list[str]) -> bool:
    text = json.dumps(value)
    return any(
        f'"Ref": "{name}"' in text
        or f'"Fn::GetAtt": ["{name}"' in text
        or f"${{{name}}}" in text
        or f"${{{name}." in text
        for name in names
    )

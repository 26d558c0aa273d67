"""The templates of the stacks, as CloudFormation takes them."""

import json
from pathlib import Path

from localstack.layout import ROOT

FOLDER = ROOT / "infrastructure"
WRITTEN = ROOT / ".aws-sam/infrastructure"
DASHBOARD = ROOT / "docs/dashboard.json"
_PLACE = '!Sub "@docs/dashboard.json"'


def written(name: str) -> Path:
    """The file of a stack's template; that of `watch` is written anew, with the dashboard in it."""
    source = FOLDER / f"{name}.yaml"
    text = source.read_text()
    if _PLACE not in text:
        return source
    WRITTEN.mkdir(parents=True, exist_ok=True)
    target = WRITTEN / source.name
    target.write_text(text.replace(_PLACE, f"!Sub '{dashboard()}'"))
    return target


def dashboard() -> str:
    """The body of the dashboard for Fn::Sub: docs/dashboard.json, with region and application left open."""
    body = json.dumps(json.loads(DASHBOARD.read_text()), separators=(",", ":"))
    if "'" in body or "$" in body:
        raise ValueError(f"{DASHBOARD} has an apostrophe or a dollar sign, which the template would not take as text.")
    return body.replace('"us-east-1"', '"${AWS::Region}"').replace('"payerworks"', '"${Application}"')

"""The JSON Schema of a plan, published by itself: the file that GET /v1/plan/schema serves."""

import json
import pathlib
import re
from typing import Any

FILE = pathlib.Path(__file__).parent / "plan_schema.json"
ID = "urn:payerworks:schema:plan"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS = "#/components/schemas/"


def plan_schema(components: dict[str, Any]) -> dict[str, Any]:
    """The schema, from the schemas of the API description; what Plan refers to is in `$defs`."""
    names = _referred("Plan", components)
    text = json.dumps({name: {"title": _title(name)} | components[name] for name in sorted(names)})
    defs = json.loads(text.replace(_COMPONENTS, "#/$defs/"))
    return {"$schema": DIALECT, "$id": ID, **defs.pop("Plan"), "$defs": defs}


def _referred(name: str, components: dict[str, Any]) -> set[str]:
    names = re.findall(rf'"{_COMPONENTS}(\w+)"', json.dumps(components[name]))
    return {name}.union(*(_referred(each, components) for each in names))


def _title(name: str) -> str:
    """The words of a model's name: `MemberCostShare` is a `Member cost share`."""
    return re.sub(r"(?<!^)([A-Z])", lambda letter: f" {letter[0].lower()}", name)

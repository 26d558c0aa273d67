"""Examples: of requests those in events/, of answers those put together from the examples of their members."""

import json
from collections.abc import Mapping
from typing import Any

from ops.description.operations import FUNCTIONS, Operation

Value = dict[str, Any]

EVENTS = FUNCTIONS.parent / "events"
LEFT_OUT = {"deleted_at", "break_glass", "mfa_required", "mfa_enrolment_required", "ClaimResult.errors"}
"""Members that an usual answer does not have."""


def request_example(operation: Operation) -> Any:
    """The body of the operation's event: of a form its fields, otherwise the JSON value."""
    event = json.loads((EVENTS / operation.service / f"{operation.name}.json").read_text(encoding="utf-8"))
    body = event["body"]
    if "application/json" in operation.declared["body_types"]:
        return json.loads(body)
    return dict(field.split("=", 1) for field in body.split("&"))


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """An example of a schema. Raises LookupError if a part of it has none."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _of_model(name, components[name], components)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return example_of(choice, components)
    if schema.get("type") == "array":
        return [example_of(schema["items"], components)]
    if schema.get("type") == "boolean":
        return True
    if schema.get("type") == "null":
        return None
    raise LookupError(f"no example of {schema}")


def _of_model(name: str, schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    if "properties" not in schema or "examples" in schema:
        return example_of(schema, components)
    members = {
        member: part for member, part in schema["properties"].items() if not {member, f"{name}.{member}"} & LEFT_OUT
    }
    return {member: example_of(part, components) for member, part in members.items()}

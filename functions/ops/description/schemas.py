"""The JSON schemas of all models that the API's description names, each once."""

import importlib
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

Value = dict[str, Any]

_PLACE = "#/components/schemas/"


class _Generator(GenerateJsonSchema):
    """Without a title for each field, which would only say its name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class Schemas:
    """Of models named as `plans.plan.models.Plan`; `components` has those of bodies, by name."""

    def __init__(self, bodies: Iterable[str], queries: Iterable[str]) -> None:
        queries = list(queries)
        adapters = [(name, "validation", TypeAdapter(_named(name))) for name in sorted({*bodies, *queries})]
        found, shared = TypeAdapter.json_schemas(
            adapters,  # type: ignore[arg-type]  # a Literal within a tuple
            ref_template=_PLACE + "{model}",
            schema_generator=_Generator,
        )
        self._schemas = {name: schema for (name, _), schema in found.items()}
        self.components: Value = dict(sorted(shared.get("$defs", {}).items()))
        self._queries = {name: self.components.pop(self._component(name)) for name in queries}

    def reference(self, name: str) -> Value:
        """The schema of a model, by reference where it is a model and not just a type."""
        return self._schemas[name]

    def query_parameters(self, name: str) -> list[Value]:
        """The fields of a model as parameters of a query."""
        model = self._queries[name]
        required = model.get("required", ())
        return [_parameter(field, schema, field in required) for field, schema in model["properties"].items()]

    def _component(self, name: str) -> str:
        reference: str = self._schemas[name]["$ref"]
        return reference.removeprefix(_PLACE)


def _parameter(name: str, schema: Value, required: bool) -> Value:
    description = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": "query", "required": required} | description | {"schema": _given(schema)}


def _given(schema: Value) -> Value:
    """The schema of a parameter that is there: an optional one may be left out but has no way to be null."""
    members = {key: value for key, value in schema.items() if key not in ("description", "anyOf")}
    if members.get("default", "") is None:
        del members["default"]
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return members | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def _named(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)

"""The JSON schemas of the models that the API description names, each once."""

import importlib
import inspect
import re
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from ops.description.examples import example_of
from ops.description.words.members import explained

Value = dict[str, Any]

_COMPONENTS = "#/components/schemas/"


class _Generator(GenerateJsonSchema):
    """Gives fields no titles, which would only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class Schemas:
    """Schemas of models, which are named like `plans.plan.models.Plan`; `components` are those of bodies, by name."""

    def __init__(self, bodies: Iterable[str], queries: Iterable[str]) -> None:
        queries = list(queries)
        adapters = [(name, "validation", TypeAdapter(model_of(name))) for name in sorted({*bodies, *queries})]
        schemas, shared = TypeAdapter.json_schemas(
            adapters,  # type: ignore[arg-type]  # a Literal within a tuple
            ref_template=_COMPONENTS + "{model}",
            schema_generator=_Generator,
        )
        self._schemas = {name: schema for (name, _), schema in schemas.items()}
        self.components: Value = dict(sorted(shared.get("$defs", {}).items()))
        for name, schema in self.components.items():
            members = schema.get("properties", {})
            members.update({member: explained(name, member, part) for member, part in members.items()})
        self._queries = {name: self.components.pop(self._component(name)) for name in queries}

    def reference(self, name: str) -> Value:
        """The schema of a model: a reference to its component, or the schema itself if it is only a type."""
        return self._schemas[name]

    def summary(self, name: str) -> str:
        """The first sentence of what a model says of itself."""
        text = str(inspect.getdoc(model_of(name))).partition("\n\n")[0].replace("\n", " ")
        return re.split(r"(?<=[.;]) ", text)[0].replace(";", ".")

    def query_parameters(self, name: str) -> list[Value]:
        """The fields of a model as query parameters."""
        model = self._queries[name]
        required = model.get("required", ())
        return [_parameter(field, schema, field in required) for field, schema in model["properties"].items()]

    def _component(self, name: str) -> str:
        reference: str = self._schemas[name]["$ref"]
        return reference.removeprefix(_COMPONENTS)


def _parameter(name: str, schema: Value, required: bool) -> Value:
    value: Value = {"name": name, "in": "query"}
    if "description" in schema:
        value["description"] = schema["description"]
    value |= {"required": required, "schema": _without_null(schema)}
    return value | {"example": example_of(schema, {})}


def _without_null(schema: Value) -> Value:
    """The schema of a query parameter: an optional one can be absent but never null."""
    members = {key: value for key, value in schema.items() if key not in ("description", "examples", "anyOf")}
    if members.get("default", "") is None:
        del members["default"]
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    return members | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def model_of(name: str) -> Any:
    """A model by its name, such as `plans.plan.models.Plan`."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)

"""Parse input into typed models, and tell every fault at once, each with its JSON pointer."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import pydantic

from payerworks.errors import BadInput, Fault
from payerworks.http import Request
from payerworks.json_text import pointer

Model = TypeVar("Model", bound=pydantic.BaseModel)
Query = TypeVar("Query", bound="QueryModel")


class QueryModel(pydantic.BaseModel):
    """Parameters of a query: text in, typed values out; a name that is not known is a fault."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


def faults(error: pydantic.ValidationError, *place: str | int) -> list[Fault]:
    """The faults of a failed validation; `place` is where the validated value stands in the whole input."""
    return [Fault(pointer(*place, *entry["loc"]), _message(entry)) for entry in error.errors(include_url=False)]


def checked(model: type[Model], value: Any, detail: str) -> Model:
    """The value as a model. Raises BadInput with `detail` and every fault."""
    try:
        return model.model_validate(value)
    except pydantic.ValidationError as error:
        raise BadInput(detail, errors=faults(error)) from None


def query(model: type[Query], request: Request) -> Query:
    """The query of a request as a model. Raises BadInput; numbers out of range are refused, never clamped."""
    return checked(model, request.query, "The query is not valid.")


def refuse(found: Iterable[Fault], detail: str) -> None:
    """Raise BadInput with these faults, if there are any."""
    listed = list(found)
    if listed:
        raise BadInput(detail, errors=listed)


def _message(entry: Mapping[str, Any]) -> str:
    if entry["type"] == "missing":
        return "is missing"
    if entry["type"] == "extra_forbidden":
        return "is not known"
    message = str(entry["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]

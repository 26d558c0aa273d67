"""Parse input into typed models, and report all faults at once, each with its JSON pointer."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import pydantic

from payerworks.errors import BadInput, Fault
from payerworks.http import Request
from payerworks.json_text import pointer

Model = TypeVar("Model", bound=pydantic.BaseModel)
Query = TypeVar("Query", bound="QueryModel")


class QueryModel(pydantic.BaseModel):
    """Query parameters as typed values; an unknown name is a fault."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


def faults(error: pydantic.ValidationError, *path: str | int) -> list[Fault]:
    """The faults of a failed validation; `path` leads to the validated value in the whole input."""
    return [Fault(pointer(*path, *entry["loc"]), _message(entry)) for entry in error.errors(include_url=False)]


def checked(model: type[Model], value: Any, detail: str) -> Model:
    """The value as a model. Raises BadInput with `detail` and every fault."""
    try:
        return model.model_validate(value)
    except pydantic.ValidationError as error:
        raise BadInput(detail, errors=faults(error)) from None


def query(model: type[Query], request: Request) -> Query:
    """The query of a request as a model. Raises BadInput, also for a number out of range."""
    return checked(model, request.query, "The query is not valid.")


def refuse(errors: Iterable[Fault], detail: str) -> None:
    """Raise BadInput if there are any errors."""
    if faults_found := list(errors):
        raise BadInput(detail, errors=faults_found)


def _message(entry: Mapping[str, Any]) -> str:
    if entry["type"] == "missing":
        return "is missing"
    if entry["type"] == "extra_forbidden":
        return "is not known"
    message = str(entry["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]

"""Parse input into typed models, and report all faults at once, each with its JSON pointer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

import pydantic

from payerworks.errors import BadInput, Fault
from payerworks.http import Request
from payerworks.json_text import pointer

Model = TypeVar("Model", bound=pydantic.BaseModel)
Query = TypeVar("Query", bound="QueryModel")

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAX_NUMBER_LENGTH = 100
_WRONG_TYPES = {
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be a text",
}


class QueryModel(pydantic.BaseModel):
    """Query parameters as typed values; an unknown name is a fault."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    @pydantic.field_validator("*", mode="before")
    @classmethod
    def _plain_number(cls, text: str, info: pydantic.ValidationInfo) -> str:
        # pydantic also takes what Python takes for a number, such as 1_000.
        if _has_number(cls.model_fields[info.field_name or ""].annotation):
            if len(text) > MAX_NUMBER_LENGTH:
                raise ValueError(f"must have at most {MAX_NUMBER_LENGTH} characters")
            if not _PLAIN_NUMBER.fullmatch(text):
                raise ValueError("must be a plain decimal number, such as 20 or 12.50")
        return text


def _has_number(annotation: Any) -> bool:
    """Whether a type is a number, or one of its parts is, as in `Annotated[float, …] | None`."""
    return annotation in (int, float) or any(map(_has_number, get_args(annotation)))


def faults(error: pydantic.ValidationError, *path: str | int) -> list[Fault]:
    """The faults of a failed validation; `path` leads to the validated value in the whole input."""
    return [Fault(pointer(*path, *entry["loc"]), _message(entry)) for entry in error.errors(include_url=False)]


def checked(model: type[Model], value: Any, detail: str, further: Sequence[Fault] = ()) -> Model:
    """The value as a model. Raises BadInput with `detail` and every fault, the `further` ones too."""
    try:
        valid = model.model_validate(value)
    except pydantic.ValidationError as error:
        raise BadInput(detail, errors=[*faults(error), *further]) from None
    refuse(further, detail)
    return valid


def merged(members: Mapping[str, Any], changes: Any, detail: str) -> dict[str, Any]:
    """The members after the changes of a PUT; null takes one away. Raises BadInput if there are no changes."""
    if not isinstance(changes, dict):
        raise BadInput(detail, errors=[Fault("", "must be an object")])
    if not changes:
        raise BadInput("The request changes nothing: give at least one member.")
    return {name: member for name, member in {**members, **changes}.items() if member is not None}


def checked_event(model: type[Model], event: Any, detail: str) -> Model:
    """The event of a function that people invoke, as a model. Raises ValueError with every fault in its text."""
    try:
        return checked(model, event, detail)
    except BadInput as error:
        found = "; ".join(f"{fault.pointer} {fault.message}" for fault in error.errors)
        raise ValueError(f"{error.detail} {found}") from None


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
    if entry["type"] in _WRONG_TYPES:
        return _WRONG_TYPES[entry["type"]]
    if entry["type"] == "too_short":
        return f"must have at least {entry['ctx']['min_length']} of them"
    message = str(entry["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]

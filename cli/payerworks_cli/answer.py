"""An answer of the API, and its body as the models of the command."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from payerworks_cli.errors import Problem, UnexpectedAnswer

BUSY = (409, 429, 503)  # 409 means that another request with the same Idempotency-Key is running

Model = TypeVar("Model", bound=BaseModel | list[Any] | dict[str, Any])


class Answer:
    """An answer: its status, headers, and body as JSON with exact numbers."""

    def __init__(self, request: str, response: httpx.Response) -> None:
        self.request = request
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.content = response.content
        self.text = response.text

    def json(self) -> Any:
        try:
            return json.loads(self.text, parse_float=Decimal)
        except ValueError:
            raise UnexpectedAnswer(
                f"{self.request} was answered {self.status} with a body that is not JSON: is this a Payerworks API?"
            ) from None

    def parse(self, model: type[Model]) -> Model:
        """The body as a model. Raises UnexpectedAnswer."""
        return parse(model, self.json(), self.request)

    def member(self, name: str) -> Any:
        """A member of a body that is an object. Raises UnexpectedAnswer."""
        body = self.json()
        if not isinstance(body, dict) or name not in body:
            raise UnexpectedAnswer(f"{self.request} was answered {self.status} without `{name}`.")
        return body[name]

    @property
    def retry_after(self) -> int | None:
        """The seconds after which to ask again; None if that is of no use."""
        seconds = self.headers.get("Retry-After", "")
        return int(seconds) if self.status in BUSY and seconds.isdecimal() else None

    def is_problem(self) -> bool:
        """Whether it is a problem document, as all refusals of the API are."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return False
        return isinstance(body, dict) and "title" in body

    def problem(self) -> Problem:
        """The refusal that it is."""
        own = {"status": self.status, "retry_after": self.retry_after}
        try:
            request_id = {"requestId": self.headers.get("X-Request-Id", "")}
            return Problem.model_validate(request_id | json.loads(self.text) | own)
        except (ValueError, TypeError):
            return Problem.model_validate({"title": "without a problem document"} | own)


def parse(model: type[Model], value: Any, request: str) -> Model:
    """A value of an answer as a model. Raises UnexpectedAnswer, which names the request."""
    try:
        parsed: Model = TypeAdapter(model).validate_python(value)
    except ValidationError as error:
        faults = ", ".join(".".join(map(str, fault["loc"])) or "the whole answer" for fault in error.errors())
        raise UnexpectedAnswer(f"{request} was answered in an unexpected form (wrong or missing: {faults}).") from None
    return parsed

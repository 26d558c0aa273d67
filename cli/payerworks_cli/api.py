"""The API over HTTPS: log in, send requests, and turn unexpected answers into errors of the command."""

import datetime
import json
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from payerworks_cli.api_words import option, with_commands, with_options
from payerworks_cli.deployment import Deployment, is_on_this_machine
from payerworks_cli.errors import (
    ApiProblem,
    BadOption,
    CommandError,
    FieldError,
    NotLoggedIn,
    Problem,
    StackNotUp,
    TookTooLong,
    UnexpectedAnswer,
)

TIMEOUT_SECONDS = 60.0
RETRIES_WHEN_BUSY = 3
ELSEWHERE = (301, 302, 303, 307, 308, 400, 403, 404, 405)
"""What other servers, and other paths of the gateway, answer."""
BUSY = (409, 429, 503)  # 409 means that another request with the same Idempotency-Key is running
LONGEST_WAIT_SECONDS = 60
PAGE = 100
"""The most entries of a list that are asked for at once."""

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


class Api:
    """A session with the API of a deployment; `notify` receives messages for the user."""

    def __init__(self, deployment: Deployment, notify: Callable[[str], None] = lambda _: None) -> None:
        self.deployment = deployment
        self._notify = notify
        url = deployment.api_url
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=not is_on_this_machine(url))
        self._token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._client.close()

    @property
    def token(self) -> str:
        """The token that requests carry; empty before `log_in`."""
        return self._token

    def log_in(self) -> None:
        """Take the deployment's token, or get one with its password. Raises NotLoggedIn if there is no valid one."""
        deployment, self._token = self.deployment, ""
        if deployment.password:
            self._token = self.new_token(deployment.email, deployment.password.get_secret_value())[0]
        elif deployment.token is None:
            raise NotLoggedIn(f"Nobody is logged in at {deployment.api_url}: {deployment.log_in}.")
        elif deployment.expires_at and deployment.expires_at <= datetime.datetime.now(datetime.UTC):
            raise self._expired()
        else:
            self._token = deployment.token.get_secret_value()

    def new_token(self, email: str, password: str) -> tuple[str, int]:
        """A token for an e-mail and its password, and for how many seconds it is valid."""
        answer = self.ask("POST", "/auth/login", json={"email": email, "password": password})
        token, seconds = answer.member("access_token"), answer.member("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise UnexpectedAnswer(f"{answer.request} was answered with a token that cannot be used.")
        return token, seconds

    def ask(self, method: str, path: str, *, expect: tuple[int, ...] = (200,), **request: Any) -> Answer:
        """Send a request and return its answer; a status not in `expect` raises ApiProblem.

        Waits as long as Retry-After says if the API is busy. If the token has expired, logs in again once where it has
        the password, and raises NotLoggedIn elsewhere.
        """
        name = f"{method} {path}"
        if not {"", ".", ".."}.isdisjoint(path.split("/")[1:]):
            # A client or a server would resolve the path to another one, such as that of a list.
            raise BadOption("An id must not be empty, . or ..")
        for retry in range(RETRIES_WHEN_BUSY + 1):
            answer = Answer(name, self._send(method, path, request))
            if answer.status == 401 and self._token and 401 not in expect:
                self._renew_token()
                answer = Answer(name, self._send(method, path, request))
            pause = _retry_after(answer)
            if answer.status in expect or pause is None or retry == RETRIES_WHEN_BUSY:
                break
            self._notify(f"  The API is not ready for this yet: asking again in {pause} s")
            time.sleep(pause)
        if answer.status not in expect:
            raise self._refusal(answer, is_query="params" in request)
        return answer

    def items(
        self,
        path: str,
        model: type[Model],
        filters: Mapping[str, str | None] = {},
        limit: int | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> Iterator[Model]:
        """The entries of a list that match all filters, `limit` at most. Raises UnexpectedAnswer."""
        params = {name: value for name, value in filters.items() if value is not None}
        if limit is not None:
            params["limit"] = str(min(limit, PAGE))
        for item in islice(self._items(path, params, expect), limit):
            yield parse(model, item, f"GET {path}")

    def _items(self, path: str, params: dict[str, str], expect: tuple[int, ...]) -> Iterator[Any]:
        """The entries of one array or of pages with a cursor; none if the answer is 404."""
        while True:
            answer = self.ask("GET", path, expect=expect, params=params)
            if answer.status == 404:
                return
            body = answer.json()
            yield from body if isinstance(body, list) else answer.member("items")
            cursor = None if isinstance(body, list) else body.get("nextCursor")
            if not cursor:
                return
            params["cursor"] = cursor

    def _refusal(self, answer: Answer, *, is_query: bool) -> CommandError:
        """The error that says why an answer is not the expected one."""
        problem = _problem(answer)
        is_other_version = problem.detail.startswith("The API has no such path")
        if is_other_version or (answer.status in ELSEWHERE and not _is_problem(answer)):
            what = f"{self.deployment.api_url} is not a Payerworks API{' of this version' if is_other_version else ''}"
            return BadOption(f"{what}: copy api_url from the deployment's outputs.")
        detail = with_commands(problem.detail, self.deployment.command)
        if not is_query:
            return ApiProblem(answer.request, problem.model_copy(update={"detail": detail}))
        errors = tuple(FieldError(pointer=each.pointer, message=with_options(each.message)) for each in problem.errors)
        told = problem.model_copy(update={"detail": detail, "errors": errors})
        return ApiProblem(answer.request, told, place=option)

    def _renew_token(self) -> None:
        if not self.deployment.password:
            raise self._expired()
        self.log_in()

    def _expired(self) -> NotLoggedIn:
        whose = f"The login of {self.deployment.email}" if self.deployment.email else "The token"
        return NotLoggedIn(f"{whose} at {self.deployment.api_url} has expired or was ended: {self.deployment.log_in}.")

    def _send(self, method: str, path: str, request: dict[str, Any]) -> httpx.Response:
        headers = dict(request.get("headers", {}))
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            return self._client.request(method, path, **(request | {"headers": headers}))
        except httpx.ConnectError:
            raise StackNotUp(f"Nothing answers at {self.deployment.api_url}: {self.deployment.if_silent}.") from None
        except httpx.TimeoutException:
            raise TookTooLong(f"{method} {path} was not answered within {TIMEOUT_SECONDS:.0f} s.") from None
        except (httpx.TransportError, httpx.InvalidURL):
            raise StackNotUp(f"{method} {path} broke off: {self.deployment.if_broken_off}") from None


def parse(model: type[Model], value: Any, request: str) -> Model:
    """A value of an answer as a model. Raises UnexpectedAnswer, which names the request."""
    try:
        parsed: Model = TypeAdapter(model).validate_python(value)
    except ValidationError as error:
        faults = ", ".join(".".join(map(str, fault["loc"])) or "the whole answer" for fault in error.errors())
        raise UnexpectedAnswer(f"{request} was answered in an unexpected form (wrong or missing: {faults}).") from None
    return parsed


def _retry_after(answer: Answer) -> int | None:
    seconds = answer.headers.get("Retry-After", "")
    return min(int(seconds), LONGEST_WAIT_SECONDS) if answer.status in BUSY and seconds.isdigit() else None


def _is_problem(answer: Answer) -> bool:
    """Whether an answer is a problem document, as all refusals of the API are."""
    try:
        body = json.loads(answer.text)
    except ValueError:
        return False
    return isinstance(body, dict) and "title" in body


def _problem(answer: Answer) -> Problem:
    try:
        request_id = {"requestId": answer.headers.get("X-Request-Id", "")}
        return Problem.model_validate(request_id | json.loads(answer.text) | {"status": answer.status})
    except (ValueError, TypeError):
        return Problem.model_validate({"status": answer.status, "title": "without a problem document"})

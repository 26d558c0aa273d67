"""The API over HTTPS: log in, send requests, and turn unexpected answers into errors of the command."""

import datetime
import math
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr

from payerworks_cli.answer import Answer, Model, parse
from payerworks_cli.api_words import option, with_commands, with_options
from payerworks_cli.deployment import Deployment, is_on_this_machine
from payerworks_cli.errors import (
    ApiProblem,
    BadOption,
    CommandError,
    FieldError,
    NotLoggedIn,
    StackNotUp,
    TookTooLong,
)
from payerworks_cli.profiles import Profile, renew_profile
from payerworks_cli.tokens import Tokens

TIMEOUT_SECONDS = 60.0
LOST_ANSWER_SECONDS = 5.0
"""A refresh is repeated if no answer came in this time: for ten seconds, the service gives the same tokens again."""
NEARLY_EXPIRED = datetime.timedelta(seconds=30)
RETRIES_WHEN_BUSY = 3
ELSEWHERE = (301, 302, 303, 307, 308, 400, 403, 404, 405)
"""What other servers, and other paths of the gateway, answer."""
LONGEST_WAIT_AT_LOGIN_SECONDS = 5
LONGEST_WAIT_SECONDS = 60
PAGE = 100
"""The most entries of a list that are asked for at once."""


class Api:
    """A session with the API of a deployment; `notify` receives messages for the user."""

    def __init__(self, deployment: Deployment, notify: Callable[[str], None] = lambda _: None) -> None:
        self.deployment = deployment
        self._notify = notify
        url = deployment.api_url
        headers = {"User-Agent": f"payerworks ({platform.system()})"}
        if deployment.client_id:
            headers["X-Client-Id"] = deployment.client_id.get_secret_value()
        self._client = httpx.Client(
            base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=not is_on_this_machine(url)
        )
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
            tokens = self.new_tokens(deployment.email, deployment.password.get_secret_value())
            self._token = tokens.access_token.get_secret_value()
        elif deployment.token is None:
            raise NotLoggedIn(f"Nobody is logged in at {deployment.api_url}: {deployment.log_in}.")
        else:
            self._token = deployment.token.get_secret_value()
            if deployment.expires_at and deployment.expires_at <= datetime.datetime.now(datetime.UTC) + NEARLY_EXPIRED:
                self._renew_token()

    def new_tokens(self, email: str, password: str, code: str = "") -> Tokens:
        """The tokens for an e-mail, its password and the code of its second factor, if it has one.

        Raises ApiProblem at once if it would have to wait for more than a few seconds.
        """
        credentials = {"email": email, "password": password} | ({"otp": code} if code else {})
        longest = LONGEST_WAIT_AT_LOGIN_SECONDS
        return self.ask("POST", "/auth/login", gives_up_above=longest, json=credentials).parse(Tokens)

    def ask(
        self,
        method: str,
        path: str,
        *,
        expect: tuple[int, ...] = (200,),
        gives_up_above: float = math.inf,
        **request: Any,
    ) -> Answer:
        """Send a request and return its answer; a status not in `expect` raises ApiProblem.

        Waits as long as Retry-After says if the API is busy, but fails at once if that is more than `gives_up_above`
        seconds. If the token has expired, renews it once and asks again, or raises NotLoggedIn.
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
            pause = answer.retry_after
            if answer.status in expect or pause is None or retry == RETRIES_WHEN_BUSY or pause > gives_up_above:
                break
            pause = min(pause, LONGEST_WAIT_SECONDS)
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
        problem = answer.problem()
        is_other_version = problem.detail.startswith("The API has no such path")
        if is_other_version or (answer.status in ELSEWHERE and not answer.is_problem()):
            what = f"{self.deployment.api_url} is not a Payerworks API{' of this version' if is_other_version else ''}"
            return BadOption(f"{what}: copy api_url from the deployment's outputs.")
        detail = with_commands(problem.detail, self.deployment.command)
        if not is_query:
            return ApiProblem(answer.request, problem.model_copy(update={"detail": detail}))
        errors = tuple(FieldError(pointer=each.pointer, message=with_options(each.message)) for each in problem.errors)
        told = problem.model_copy(update={"detail": detail, "errors": errors})
        return ApiProblem(answer.request, told, place=option)

    def _renew_token(self) -> None:
        if self.deployment.password:
            self.log_in()
            return
        used, self._token = SecretStr(self._token), ""
        profile = renew_profile(self.deployment, used, self._refreshed)
        if profile is None:
            raise self._expired()
        self._token = profile.token.get_secret_value()

    def _refreshed(self, profile: Profile) -> Tokens | None:
        """New tokens for the refresh token of a profile; None if the service takes it no more."""
        sent = {"refresh_token": profile.refresh_token.get_secret_value()}
        try:
            answer = self.ask("POST", "/auth/refresh", expect=(200, 401), json=sent, timeout=LOST_ANSWER_SECONDS)
        except (StackNotUp, TookTooLong):
            answer = self.ask("POST", "/auth/refresh", expect=(200, 401), json=sent)
        return answer.parse(Tokens) if answer.status == 200 else None

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

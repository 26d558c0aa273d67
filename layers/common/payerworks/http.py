"""HTTPS operations: read the request, write the answer, turn errors into problems, log one line per call.

A decorator on the handler declares an operation, for the API description as well as for the call:

    @http_operation(answers={200: "plans.plan.models.Plan"}, errors=(404,))
    def handler(request: Request) -> Answer: ...

Models are named as text, so that an operation imports only those it needs at run time. An operation on patient data
says so (`audit`), and each of its calls is an entry of the audit (audit.py).
"""

import base64
import functools
import re
import time
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Required, TypedDict, Unpack

from payerworks.audit import NO_TRAIL, Trail
from payerworks.errors import (
    PROBLEM_TYPE,
    BadInput,
    BodyTooLarge,
    Forbidden,
    NotFound,
    PayerworksError,
    Unauthorized,
    WrongMediaType,
    problem_text,
)
from payerworks.log import log_call, log_unexpected, logger, taken_metrics
from payerworks.settings import settings
from payerworks.times import begin_invocation

MAX_BODY = 4 * 1024 * 1024
EVERY_ROUTE = "* /*"
"""In place of a list of routes: the right to all of them."""
MAX_PATH_BYTES = 1000
"""Bytes of a path parameter; no id is that long, and DynamoDB refuses keys above 2,048."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s";]*)', re.IGNORECASE)
_ESCAPED_REPLACEMENT = re.compile(r"(?<!\\)(?:\\\\)*\\u[Ff]{3}[Dd]")
"""U+FFFD as JSON escapes it: after an odd number of backslashes."""
_LIST_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')
"""An element of a header's list; a comma in a quoted string does not end it."""


@dataclass(slots=True)
class Answer:
    """A status, headers, and a body as text (None: no body).

    log          is added to the call's log line
    is_complete  False if a part of the work failed: a repeat with the same Idempotency-Key tries it again
    """

    status: int
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    log: dict[str, Any] = field(default_factory=dict)
    is_complete: bool = True


class Request:
    """One call of the API: an API Gateway proxy event, payload 1.0, behind the token authorizer."""

    __slots__ = ("_caller", "event", "headers", "id", "trail")

    def __init__(self, event: dict[str, Any]) -> None:
        self.event = event
        self.headers: dict[str, str] = {name.lower(): text for name, text in (event.get("headers") or {}).items()}
        for name, texts in (event.get("multiValueHeaders") or {}).items():
            if len(texts) > 1:
                # Lines of one header are one list (RFC 9110, section 5.3); `headers` has only the last line. Those of
                # cookies are joined as one line of cookies (RFC 9113, section 8.2.3).
                self.headers[name.lower()] = ("; " if name.lower() == "cookie" else ", ").join(texts)
        context = event.get("requestContext") or {}
        self._caller: dict[str, Any] = context.get("authorizer") or {}
        client_id = self.headers.get("x-request-id", "")
        self.id: str = client_id if _REQUEST_ID.fullmatch(client_id) else context.get("requestId") or str(uuid.uuid4())
        self.trail = NO_TRAIL

    @property
    def route(self) -> str:
        """Method and path template, such as `GET /v1/plan/{id}`: without ids, so suitable for logs and metrics."""
        return f"{self.event.get('httpMethod')} {self.event.get('resource')}"

    @property
    def tenant(self) -> str:
        """The token's tenant; every key begins with it. Raises Unauthorized if there is none."""
        return self._claim("tenant")

    @property
    def user_id(self) -> str:
        return self._claim("user_id")

    @property
    def user_type(self) -> str:
        return self._claim("user_type")

    @property
    def roles(self) -> list[str]:
        return [role for role in str(self._caller.get("roles") or "").split(",") if role]

    @property
    def reference_id(self) -> str:
        """The doctor, patient or institution that the caller is; empty for others."""
        return str(self._caller.get("reference_id") or "")

    @property
    def session_id(self) -> str:
        """The session of the caller's token."""
        return self._claim("session_id")

    @property
    def address(self) -> str:
        """The address that the call comes from, as the gateway sees it."""
        return str(((self.event.get("requestContext") or {}).get("identity") or {}).get("sourceIp") or "")

    def _claim(self, name: str) -> str:
        value = self._caller.get(name)
        if not value:
            raise Unauthorized("A valid access token is needed.", headers={"WWW-Authenticate": "Bearer"})
        return str(value)

    def check_right(self) -> None:
        """Raise Forbidden if the caller has no right to this route, Unauthorized if there is no caller."""
        # The gateway lets every valid token pass, because its own 403 would be the same as that of an invalid token.
        for name in ("tenant", "user_id"):
            self._claim(name)
        if not self.has_right(self.route):
            raise Forbidden("The token does not give the right to this.")

    def has_right(self, route: str) -> bool:
        """Whether the caller may call a route, such as `GET /claims`."""
        return not {route, EVERY_ROUTE}.isdisjoint(self._claim("rights").split(","))

    def path(self, name: str) -> str:
        """A path parameter, percent-decoded here because a REST API passes it on encoded.

        Raises NotFound if it is longer than any id.
        """
        text = urllib.parse.unquote((self.event.get("pathParameters") or {}).get(name) or "")
        if len(text.encode()) > MAX_PATH_BYTES:
            raise NotFound("No id is this long.")
        return text

    @property
    def query(self) -> dict[str, str]:
        """The query parameters. Raises BadInput if one is given twice."""
        for name, values in (self.event.get("multiValueQueryStringParameters") or {}).items():
            if len(values) > 1:
                raise BadInput(f"The query parameter {name} is given more than once.")
        return dict(self.event.get("queryStringParameters") or {})

    def body(self, *media_types: str) -> str:
        """The body as text, by default `application/json`.

        Raises WrongMediaType for another or no Content-Type, BodyTooLarge above 4 MB, BadInput if it is not UTF-8 or
        contains U+FFFD, which the gateway puts in place of bytes that are not UTF-8.
        """
        self.media_type(*media_types)
        return self._body_text()

    def check_ignored_body(self) -> None:
        """Raise as `body` does, but take any media type and no body; for an operation that has no use for a body."""
        if self.event.get("body"):
            self._check_charset()
            self._body_text()

    def _body_text(self) -> str:
        text: str = self.event.get("body") or ""
        if self.event.get("isBase64Encoded"):
            try:
                text = base64.b64decode(text, validate=True).decode()
            except ValueError:
                raise BadInput("The body is not UTF-8.") from None
        if len(text) > MAX_BODY or (len(text) > MAX_BODY // 4 and len(text.encode(errors="replace")) > MAX_BODY):
            raise BodyTooLarge(
                "A body may have up to 4 MB. Send several smaller requests, or upload a file (POST /ingest/uploads)."
            )
        # The expression alone would take 0.2 s on 4 MB.
        if "\ufffd" in text or ("\\ufffd" in text.lower() and _ESCAPED_REPLACEMENT.search(text)):
            raise BadInput("The body is not UTF-8, or contains U+FFFD, which stands for a character that was lost.")
        return text

    def media_type(self, *allowed: str) -> str:
        """The Content-Type without its parameters. Raises WrongMediaType if it is not one of `allowed` in UTF-8."""
        allowed = allowed or ("application/json",)
        header = self.headers.get("content-type", "")
        content_type = header.split(";")[0].strip().lower()
        if content_type not in allowed:
            actual = f"not {content_type}" if content_type else "but the request has none"
            detail = f"The Content-Type must be {' or '.join(allowed)}, {actual}."
            raise WrongMediaType(detail, headers={"Accept": ", ".join(allowed)})
        self._check_charset()
        return content_type

    def _check_charset(self) -> None:
        if any(charset.lower() != "utf-8" for charset in _CHARSET.findall(self.headers.get("content-type", ""))):
            raise WrongMediaType("The charset of the Content-Type must be UTF-8.")

    @property
    def wants_minimal(self) -> bool:
        """Whether the first `return` of the header Prefer is `minimal` (RFC 7240, sections 2 and 4.2)."""
        for element in _LIST_ELEMENT.findall(self.headers.get("prefer", "").lower()):
            name, _, value = element.split(";")[0].partition("=")
            if name.strip() == "return":
                return value.strip() in ("minimal", '"minimal"')
        return False

    def preferred(self, answer: Answer) -> Answer:
        """The answer to a write, or 204 without its body where the client prefers that."""
        if self.wants_minimal:
            return Answer(204, headers=answer.headers | {"Preference-Applied": "return=minimal"})
        return answer


_EXPOSED = (
    "Allow, Change-Token, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate, X-Request-Id"
)


class Description(TypedDict, total=False):
    """An operation's part of the API description; models are named as "service.room.module.Name"."""

    answers: Required[Mapping[int, str | None]]
    """Status → model of the answer's body, or its media type if no model describes it (None: no body)."""
    body: str | None
    body_types: tuple[str, ...]
    """The media types of the request's body."""
    body_required: bool
    """Whether a request must have a body; it must unless this says no."""
    query: str | None
    errors: tuple[int, ...]
    """The statuses of problems besides those of all operations (ops/description/answers.py)."""
    headers: tuple[str, ...]
    """The request headers used besides Authorization and X-Request-Id."""
    answer_headers: Mapping[int, tuple[str, ...]]
    """Status → headers of the answer that do not follow from the rest, such as Change-Token; a 204 has them too."""
    public: bool
    """No token is needed; otherwise a token with the right to the route."""
    audit: str
    """The operation deals with patient data, and this is what the path's `id` names: a `patient`, a `claim` …"""
    announces: bool
    """A write announces itself (Trail.announce), once it knows whose data it will write to; else it is announced before
    it runs."""


_USUAL = Description(
    answers={},
    body=None,
    body_types=("application/json",),
    body_required=True,
    query=None,
    errors=(),
    headers=(),
    answer_headers={},
    public=False,
    audit="",
    announces=False,
)
_PATIENTS = ("patient", "registry-patient")
"""What `audit` says of operations whose path has the id of a patient."""
_MAX_NOTED = 200
"""Characters of a text of a caller, such as the user agent, that an entry of the audit keeps."""


class HttpHandler:
    """A Lambda handler for the API's proxy events (payload 1.0)."""

    def __init__(self, function: Callable[[Request], Answer], description: Description) -> None:
        self.function = function
        self.description: Mapping[str, Any] = _USUAL | description

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        started = time.perf_counter()
        begin_invocation(context)
        request = Request(event)
        answer = self._answer(request)
        if self.description["audit"]:
            answer = _concluded(request, answer)
        _log(request, answer, started)
        return proxy_response(answer, request)

    def _answer(self, request: Request) -> Answer:
        try:
            if not self.description["public"]:
                request.check_right()
                if self.description["audit"]:
                    self._begin_trail(request)
                if self.description["body"] is None:
                    request.check_ignored_body()
            return self.function(request)
        except PayerworksError as error:
            return _problem(error, request)
        except Exception as error:
            log_unexpected("unexpected error", error, request_id=request.id, route=request.route)
            if settings().raise_unexpected:
                raise
            detail = "Something went wrong on our side; please report the request's id."
            return _problem(PayerworksError(detail), request)

    def _begin_trail(self, request: Request) -> None:
        names = request.event.get("pathParameters") or {}
        path = {name: _noted(urllib.parse.unquote(text)) for name, text in names.items()}
        if "id" in path:
            path = {self.description["audit"]: path.pop("id"), **path}
        writes = request.event.get("httpMethod") != "GET"
        request.trail = Trail(
            {
                "tenant": request.tenant,
                "user": request.user_id,
                "user_type": request.user_type,
                "roles": request.roles,
                "person": request.reference_id,
                "operation": self.function.__module__.rpartition(".")[2],
                "access": "write" if writes else "read",
                "path": path,
                "request_id": request.id,
                "address": request.address,
                "device": _noted(request.headers.get("user-agent", "")),
            }
        )
        if patient_id := next((path[kind] for kind in _PATIENTS if kind in path), ""):
            request.trail.concern(self.description["audit"], patient_id)
        if writes and not self.description["announces"]:
            request.trail.announce()


def _concluded(request: Request, answer: Answer) -> Answer:
    """The answer once its entry is handed over; a problem without any of it if that fails."""
    try:
        request.trail.conclude(answer.status)
    except PayerworksError as error:
        return _problem(error, request)
    return answer


def _noted(text: str) -> str:
    """A caller's text as an entry of the audit keeps it."""
    return "".join(filter(str.isprintable, text))[:_MAX_NOTED]


def http_operation(**description: Unpack[Description]) -> Callable[[Callable[[Request], Answer]], HttpHandler]:
    """Make a function of a request a Lambda handler, with its part of the API description."""
    return functools.partial(HttpHandler, description=description)


def proxy_response(answer: Answer, request: Request) -> dict[str, Any]:
    """The answer in API Gateway's format for a proxy integration."""
    headers = {
        "X-Request-Id": request.id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache" if "ETag" in answer.headers else "no-store",
    }
    if answer.text is not None:
        headers["Content-Type"] = answer.media_type
    headers.update(answer.headers)
    headers.update(cors_headers(request))
    return {"statusCode": answer.status, "headers": headers, "body": answer.text or ""}


def cors_headers(request: Request) -> dict[str, str]:
    """The headers that allow a page of a configured origin to read the answer (Fetch standard, CORS protocol)."""
    allowed = settings().cors_origins
    if not allowed:
        return {}
    origin = request.headers.get("origin", "")
    if origin and ("*" in allowed or origin in allowed):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}
    return {"Vary": "Origin"}


def _log(request: Request, answer: Answer, started: float) -> None:
    line = {
        "request_id": request.id,
        "route": request.route,
        "status": answer.status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        **answer.log,
    }
    if answer.status >= 500:
        logger().error("request", extra=line | taken_metrics())
    else:
        log_call("request", **line)


def _problem(error: PayerworksError, request: Request) -> Answer:
    return Answer(error.status, problem_text(error, request.id), error.headers, PROBLEM_TYPE)

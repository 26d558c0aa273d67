"""What an operation is given and what it gives back."""

import base64
import re
import urllib.parse
import uuid
from dataclasses import dataclass, field
from typing import Any

from payerworks.errors import BadInput, BodyTooLarge, NotFound, Unauthorized, WrongMediaType

MAX_BODY = 4 * 1024 * 1024
MAX_PATH_BYTES = 1000
"""Of a parameter of the path; DynamoDB refuses keys above 2,048, and no id is that long."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(slots=True)
class Answer:
    """A status, headers, and a body as text (None: no body); `log` is added to the call's log line."""

    status: int
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    log: dict[str, Any] = field(default_factory=dict)


class Request:
    """One call of the API: an API Gateway proxy event, payload 1.0, behind the token authorizer."""

    __slots__ = ("_caller", "event", "headers", "id")

    def __init__(self, event: dict[str, Any]) -> None:
        self.event = event
        self.headers: dict[str, str] = {name.lower(): text for name, text in (event.get("headers") or {}).items()}
        context = event.get("requestContext") or {}
        self._caller: dict[str, Any] = context.get("authorizer") or {}
        wanted = self.headers.get("x-request-id", "")
        self.id: str = wanted if _REQUEST_ID.fullmatch(wanted) else context.get("requestId") or str(uuid.uuid4())

    @property
    def route(self) -> str:
        """Method and path template, such as `GET /v1/plan/{id}`: no ids, so fit for logs and metrics."""
        return f"{self.event.get('httpMethod')} {self.event.get('resource')}"

    @property
    def tenant(self) -> str:
        """The tenant the token names; every key begins with it. Raises Unauthorized without one."""
        return self._claim("tenant")

    @property
    def user_id(self) -> str:
        return self._claim("user_id")

    @property
    def user_type(self) -> str:
        return self._claim("user_type")

    def _claim(self, name: str) -> str:
        value = self._caller.get(name)
        if not value:
            raise Unauthorized("A valid access token is needed.", headers={"WWW-Authenticate": "Bearer"})
        return str(value)

    def path(self, name: str) -> str:
        """A parameter of the path, percent-decoded (a REST API passes it on as it was sent).

        Raises NotFound for one that is longer than any id.
        """
        text = urllib.parse.unquote((self.event.get("pathParameters") or {}).get(name) or "")
        if len(text.encode()) > MAX_PATH_BYTES:
            raise NotFound("There is nothing with an id of this length.")
        return text

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query. Raises BadInput where one is given twice."""
        several = self.event.get("multiValueQueryStringParameters") or {}
        for name, values in several.items():
            if len(values) > 1:
                raise BadInput(f"The query parameter {name} is given more than once.")
        return dict(self.event.get("queryStringParameters") or {})

    def body(self, *media_types: str) -> str:
        """The body as text, `application/json` by default.

        Raises WrongMediaType for another or no Content-Type, BodyTooLarge above 4 MB, BadInput for no UTF-8.
        """
        self.media_type(*media_types)
        text: str = self.event.get("body") or ""
        if self.event.get("isBase64Encoded"):
            try:
                text = base64.b64decode(text, validate=True).decode()
            except ValueError:
                raise BadInput("The body is not UTF-8.") from None
        if len(text) > MAX_BODY or (len(text) > MAX_BODY // 4 and len(text.encode(errors="replace")) > MAX_BODY):
            raise BodyTooLarge(
                "A body may have 4 MB. Send several smaller requests, or upload a file (POST /ingest/uploads)."
            )
        return text

    def media_type(self, *allowed: str) -> str:
        """The Content-Type without its parameters. Raises WrongMediaType where it is none of `allowed`."""
        allowed = allowed or ("application/json",)
        given = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if given not in allowed:
            was = f"not {given}" if given else "but the request names none"
            raise WrongMediaType(f"The Content-Type must be {' or '.join(allowed)}, {was}.", headers=_accept(allowed))
        return given

    @property
    def wants_minimal(self) -> bool:
        """Whether `Prefer: return=minimal` (RFC 7240, section 4.2) was sent."""
        return "return=minimal" in re.split(r"\s*[,;]\s*", self.headers.get("prefer", "").lower())


def _accept(allowed: tuple[str, ...]) -> dict[str, str]:
    return {"Accept": ", ".join(allowed)}

"""What can go wrong, as one small tree; `http.py` turns each error into `application/problem+json` (RFC 9457).

PayerworksError
├── BadInput (400)               the client's input breaks a rule; lists every fault
│   └── NotSupported (400)       needs a server that the deployment does not have; says what to do instead
├── Unauthorized (401)
├── Forbidden (403)
├── NotFound (404)               also if it belongs to others
├── MethodNotAllowed (405)
├── Conflict (409)
├── PreconditionFailed (412)
├── BodyTooLarge (413)
├── WrongMediaType (415)
├── Unprocessable (422)
├── PreconditionRequired (428)
├── TooManyRequests (429)
├── Unavailable (503)            a required server does not answer
└── TimedOut (504)
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PROBLEM_TYPE = "application/problem+json"
MAX_FAULTS = 1000
"""Faults in an answer; each has at least 40 bytes, and an answer of a function may have 6 MB."""


class Fault(NamedTuple):
    """One fault of an input: its place (a JSON pointer, RFC 6901) and its description."""

    pointer: str
    message: str


class PayerworksError(Exception):
    """An error that the client sees. `detail` is one sentence for the client, without any personal data.

    `members` are added to the problem (extension members: RFC 9457, section 3.2).
    """

    status = 500
    title = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})


class BadInput(PayerworksError):
    status = 400
    title = "Bad input"


class NotSupported(BadInput):
    """Not 501: no alarm of failing calls is to go off, and no client is to try again."""

    title = "Not supported"


class Unauthorized(PayerworksError):
    status = 401
    title = "Unauthorized"


class Forbidden(PayerworksError):
    status = 403
    title = "Forbidden"


class NotFound(PayerworksError):
    status = 404
    title = "Not found"


class MethodNotAllowed(PayerworksError):
    status = 405
    title = "Method not allowed"


class Conflict(PayerworksError):
    status = 409
    title = "Conflict"


class PreconditionFailed(PayerworksError):
    status = 412
    title = "Precondition failed"


class BodyTooLarge(PayerworksError):
    status = 413
    title = "Body too large"


class WrongMediaType(PayerworksError):
    status = 415
    title = "Wrong media type"


class Unprocessable(PayerworksError):
    status = 422
    title = "Unprocessable"


class PreconditionRequired(PayerworksError):
    status = 428
    title = "Precondition required"


class TooManyRequests(PayerworksError):
    status = 429
    title = "Too many requests"


class Unavailable(PayerworksError):
    """`is_hanging`: the server did not answer in its time, and would keep the next call waiting as long."""

    status = 503
    title = "Unavailable"
    is_hanging = False


class TimedOut(PayerworksError):
    status = 504
    title = "Timed out"


def problem_type(error: type[PayerworksError]) -> str:
    """The type of an error's problem: a URN with the error's name (RFC 9457, section 3.1.1)."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower().replace("payerworks-error", "internal")
    return f"urn:payerworks:problem:{kind}"


def problem_text(error: PayerworksError, request_id: str) -> str:
    """The body of an error's answer (RFC 9457).

    It has type, title, status, detail, requestId, what the error adds, and for bad input the errors.
    """
    detail = error.detail
    if len(error.errors) > MAX_FAULTS:
        detail = f"{detail} Only the first {MAX_FAULTS:,} faults are listed."
    members: dict[str, Any] = {
        "type": problem_type(type(error)),
        "title": error.title,
        "status": error.status,
        "detail": detail,
        "requestId": request_id,
        **error.members,
    }
    if error.errors:
        members["errors"] = [fault._asdict() for fault in error.errors[:MAX_FAULTS]]
    return json.dumps(members | error.members, ensure_ascii=False)

"""Errors as `application/problem+json` (RFC 9457)."""

import json
import re
from typing import Any

from payerworks.errors import PayerworksError
from payerworks.request import Answer

_MEDIA_TYPE = "application/problem+json"


def problem_answer(error: PayerworksError, request_id: str) -> Answer:
    """The answer that tells a client of an error: type, title, status, detail, requestId and, for bad input, errors."""
    members: dict[str, Any] = {
        "type": f"urn:payerworks:problem:{_kebab(type(error).__name__)}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "requestId": request_id,
    }
    if error.errors:
        members["errors"] = [{"pointer": fault.pointer, "message": fault.message} for fault in error.errors]
    return Answer(error.status, json.dumps(members, ensure_ascii=False), error.headers, _MEDIA_TYPE)


def unexpected_answer(request_id: str) -> Answer:
    """500, with nothing of the inside; the log has it under the request's id."""
    return problem_answer(PayerworksError("Something went wrong on our side; the request's id finds it."), request_id)


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower().replace("payerworks-error", "internal")

"""Errors as `application/problem+json` (RFC 9457)."""

import json
import re
from typing import Any

from payerworks.errors import PayerworksError

MEDIA_TYPE = "application/problem+json"


def problem_text(error: PayerworksError, request_id: str) -> str:
    """The body of an error's answer: type, title, status, detail, requestId and, for bad input, errors."""
    members: dict[str, Any] = {
        "type": f"urn:payerworks:problem:{_kebab(type(error).__name__)}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "requestId": request_id,
    }
    if error.errors:
        members["errors"] = [{"pointer": fault.pointer, "message": fault.message} for fault in error.errors]
    return json.dumps(members, ensure_ascii=False)


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower().replace("payerworks-error", "internal")

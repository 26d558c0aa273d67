"""The answer to a call of a page: its HTML, and the headers that say what the page may do (CSP level 3)."""

import os
from collections.abc import Mapping

from ops.pages.bundle import page_etag, page_text
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request

_LOCKED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
}
_ONE_YEAR = 365 * 24 * 3600


def page_answer(request: Request, page: str, loosened: Mapping[str, str] | None = None) -> Answer:
    """The HTML of a page, or 304. `loosened` replaces directives of the strictest Content-Security-Policy."""
    policy = _LOCKED | dict(loosened or {})
    headers = {
        "ETag": page_etag(page),
        "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in policy.items()),
        **_HEADERS,
    }
    if request.headers.get("x-forwarded-proto") == "https":
        headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
    unchanged = not_modified(request, headers["ETag"])
    if unchanged:
        # A browser takes the headers of a 304 for its copy's (RFC 9111, section 3.2).
        return Answer(304, headers=headers)
    return Answer(200, page_text(page), headers, "text/html; charset=utf-8")


def upload_origins() -> str:
    """The origins, separated by spaces, to which a page may upload files: those of presigned requests."""
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    return emulator or os.environ.get("UPLOAD_ORIGIN", "")

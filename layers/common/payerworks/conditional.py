"""Conditional requests (RFC 9110, section 13): `If-Match` and `If-None-Match` against a strong ETag."""

import re

from payerworks.errors import PreconditionFailed, PreconditionRequired
from payerworks.http import Answer, Request
from payerworks.settings import settings

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def not_modified(request: Request, etag: str) -> Answer | None:
    """304 if `If-None-Match` names this ETag (weak comparison, as the RFC requires), else None."""
    header = request.headers.get("if-none-match", "")
    if header.strip() == "*" or etag in (tag.removeprefix("W/") for tag in _TAG.findall(header)):
        return Answer(304, headers={"ETag": etag})
    return None


def check_if_match(request: Request, etag: str | None) -> None:
    """Check that `If-Match` names the current ETag (strong comparison); `etag` is None if the resource is absent.

    Raises PreconditionFailed, and PreconditionRequired if the stack requires the header and it is missing.
    """
    header = request.headers.get("if-match")
    # An empty header is a client's mistake: treated as absent, it would leave the write unguarded.
    if header is None:
        if settings().require_if_match and etag is not None:
            raise PreconditionRequired("This write needs If-Match with the current ETag of the resource.")
        return
    if etag is None or not (header.strip() == "*" or etag in _TAG.findall(header)):
        raise PreconditionFailed(
            "The resource has changed: read it again and repeat the change.", headers={"ETag": etag} if etag else {}
        )

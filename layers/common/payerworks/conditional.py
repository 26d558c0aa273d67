"""Conditional requests (RFC 9110, section 13): `If-Match` and `If-None-Match` against a strong ETag."""

import re

from payerworks.errors import PreconditionFailed, PreconditionRequired
from payerworks.http import Answer, Request
from payerworks.settings import settings

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def not_modified(request: Request, etag: str) -> Answer | None:
    """304 where `If-None-Match` names this ETag (weak comparison, as the RFC asks for it), else None."""
    wanted = request.headers.get("if-none-match")
    if not wanted:
        return None
    if wanted.strip() == "*" or etag in (tag.removeprefix("W/") for tag in _TAG.findall(wanted)):
        return Answer(304, headers={"ETag": etag})
    return None


def check_if_match(request: Request, etag: str | None) -> None:
    """Let a write pass whose `If-Match` names the current ETag (strong comparison); `etag` None: nothing is there.

    Raises PreconditionFailed, and PreconditionRequired where the stack asks for the header and it is missing.
    """
    wanted = request.headers.get("if-match")
    # One that is empty is a client's mistake, and guards nothing if it is taken for none.
    if wanted is None:
        if settings().require_if_match and etag is not None:
            raise PreconditionRequired("This write needs If-Match with the ETag of what it changes.")
        return
    matches = etag is not None and (wanted.strip() == "*" or etag in _TAG.findall(wanted))
    if not matches:
        raise PreconditionFailed(
            "It has changed since: read it again and repeat the change.", headers={"ETag": etag} if etag else {}
        )

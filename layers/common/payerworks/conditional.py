"""Conditional requests (RFC 9110, section 13): `If-Match` and `If-None-Match` against a strong ETag."""

import re

from payerworks.errors import PreconditionFailed, PreconditionRequired
from payerworks.http import Answer, Request
from payerworks.settings import settings

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def not_modified(request: Request, etag: str) -> Answer | None:
    """304 if `If-None-Match` names this ETag, else None; for reads."""
    return Answer(304, headers={"ETag": etag}) if _if_none_match_names(request, etag) else None


def check_preconditions(request: Request, etag: str | None) -> None:
    """Check `If-Match` (strong comparison) and `If-None-Match` of a write (RFC 9110, section 13.2.2).

    `etag` is the current one, None if the resource is absent. Raises PreconditionFailed, and PreconditionRequired if
    the stack requires If-Match and it is missing.
    """
    if_match = request.headers.get("if-match")
    # An empty header is a client's mistake: treated as absent, it would leave the write unguarded.
    if if_match is not None and (etag is None or not (if_match.strip() == "*" or if_match_names(request, etag))):
        raise PreconditionFailed(
            "The resource has changed: read it again and repeat the change.", headers={"ETag": etag} if etag else {}
        )
    if etag is not None and _if_none_match_names(request, etag):
        raise PreconditionFailed("The resource exists, and If-None-Match names it.", headers={"ETag": etag})
    if if_match is None and etag is not None and settings().require_if_match:
        raise PreconditionRequired("This write needs If-Match with the current ETag of the resource.")


def if_match_names(request: Request, etag: str) -> bool:
    """Whether `If-Match` names this ETag (strong comparison); `*` names none."""
    return etag in _TAG.findall(request.headers.get("if-match", ""))


def _if_none_match_names(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names an existing resource with this ETag (weak comparison, as the RFC requires)."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or etag in (tag.removeprefix("W/") for tag in _TAG.findall(header))

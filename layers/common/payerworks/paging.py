"""Lists: `limit`, and a signed cursor that is bound to its tenant, path and query."""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping, Sequence

from pydantic import Field

from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json
from payerworks.request import Answer, Request
from payerworks.settings import settings
from payerworks.validation import QueryModel


class PageQuery(QueryModel):
    """What every list takes."""

    limit: int = Field(20, ge=1, le=100, description="How many items a page has at most.")
    cursor: str | None = Field(None, max_length=2000, description="`nextCursor` of the page before.")


def next_cursor(request: Request, position: Json) -> str:
    """A cursor for the position after a page's last item; only a call of the same tenant, path and query can use it."""
    text = json_text.write(position).encode()
    return base64.urlsafe_b64encode(_signature(request, text) + text).decode().rstrip("=")


def position(request: Request, cursor: str | None) -> Json:
    """The position in a cursor, None without one. Raises BadInput for one that was forged or is another query's."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    signature, text = raw[:16], raw[16:]
    if not hmac.compare_digest(signature, _signature(request, text)):
        raise BadInput("The cursor is not one of this list.", errors=[Fault("/cursor", "was not made by this query")])
    return json_text.read(text)


def list_answer(
    request: Request, items: Sequence[str], cursor: str | None, beside: Mapping[str, Json] | None = None
) -> Answer:
    """200 with items, given as JSON texts, and where the next page starts (RFC 8288; relative to the call's URL).

    `beside` has what else the answer is to say.
    """
    end = json_text.write({"nextCursor": cursor, **(beside or {})})
    headers = {}
    if cursor is not None:
        query = urllib.parse.urlencode({**request.query, "cursor": cursor})
        headers["Link"] = f'<?{query}>; rel="next"'
    return Answer(200, f'{{"items":[{",".join(items)}],{end[1:]}', headers)


def _signature(request: Request, text: bytes) -> bytes:
    query = sorted((name, value) for name, value in request.query.items() if name not in ("cursor", "limit"))
    path = request.event.get("pathParameters") or {}
    bound = json_text.write([request.tenant, request.route, path, query]).encode()
    return hmac.digest(settings().signing_secret.encode(), bound + b"\n" + text, hashlib.sha256)[:16]

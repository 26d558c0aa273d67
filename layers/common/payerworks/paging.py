"""Lists: `limit`, and a signed cursor that is bound to its tenant, path and query."""

import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pydantic import Field

from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request
from payerworks.json_text import Json
from payerworks.signed import read_signed, write_signed
from payerworks.validation import QueryModel

Found = TypeVar("Found")


class PageQuery(QueryModel):
    """What every list takes."""

    limit: int = Field(20, ge=1, le=100, description="How many items a page has at most.")
    cursor: str | None = Field(None, max_length=2000, description="`nextCursor` of the page before.")


def next_cursor(request: Request, position: Json) -> str:
    """A cursor for the position after a page's last item; only a call of the same tenant, path and query can use it."""
    return write_signed(position, *_bound(request))


def position(request: Request, cursor: str | None) -> Json:
    """The position in a cursor, None without one. Raises BadInput for one that was forged or is another query's."""
    if cursor is None:
        return None
    try:
        return read_signed(cursor, *_bound(request))
    except ValueError:
        fault = Fault("/cursor", "was not made by this query")
        raise BadInput("The cursor does not belong to this list.", errors=[fault]) from None


def page_answer(
    request: Request,
    found: Sequence[Found],
    limit: int,
    show: Callable[[Found], str],
    place: Callable[[Found], Json],
) -> Answer:
    """200 with the first `limit` of what was found, of which there is one more where there is a next page.

    `show` makes an item's JSON text, `place` gives what the cursor says of the last item.
    """
    page = found[:limit]
    cursor = next_cursor(request, place(page[-1])) if len(found) > limit else None
    return list_answer(request, [show(item) for item in page], cursor)


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


def _bound(request: Request) -> list[Json]:
    query = sorted((name, value) for name, value in request.query.items() if name not in ("cursor", "limit"))
    return ["cursor", request.tenant, request.route, request.event.get("pathParameters") or {}, query]

"""Pages of lists: `limit`, and a signed cursor that is bound to its tenant, path and query."""

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

Element = TypeVar("Element")


class PageQuery(QueryModel):
    """The query parameters of every list."""

    limit: int = Field(20, ge=1, le=100, description="Maximum number of items of a page.")
    cursor: str | None = Field(None, max_length=2000, description="`nextCursor` of the previous page.")


def next_cursor(request: Request, position: Json) -> str:
    """A cursor for the position after a page's last item; only a call of the same tenant, path and query can use it."""
    return write_signed(position, *_bound(request))


def position(request: Request, cursor: str | None) -> Json:
    """The position in a cursor; None without a cursor. Raises BadInput if it is forged or from another query."""
    if cursor is None:
        return None
    try:
        return read_signed(cursor, *_bound(request))
    except ValueError:
        fault = Fault("/cursor", "was not made by this query")
        raise BadInput("The cursor does not belong to this list.", errors=[fault]) from None


def page_answer(
    request: Request,
    items: Sequence[Element],
    limit: int,
    text_of: Callable[[Element], str],
    position_of: Callable[[Element], Json],
) -> Answer:
    """200 with the first `limit` of `items`; one more item means another page.

    `text_of` returns an item's JSON text, `position_of` the position for the cursor after the last item.
    """
    page = items[:limit]
    cursor = next_cursor(request, position_of(page[-1])) if len(items) > limit else None
    return list_answer(request, [text_of(item) for item in page], cursor)


def list_answer(
    request: Request,
    items: Sequence[str],
    cursor: str | None,
    extra: Mapping[str, Json] | None = None,
    name: str = "items",
) -> Answer:
    """200 with items, given as JSON texts, and a link to the next page (RFC 8288; relative to the call's URL).

    `extra` has further members of the answer, `name` is that of the member with the items.
    """
    end = json_text.write({"nextCursor": cursor, **(extra or {})})
    headers = {}
    if cursor is not None:
        query = urllib.parse.urlencode({**request.query, "cursor": cursor})
        headers["Link"] = f'<?{query}>; rel="next"'
    return Answer(200, f'{{"{name}":[{",".join(items)}],{end[1:]}', headers)


def _bound(request: Request) -> list[Json]:
    query = sorted((name, value) for name, value in request.query.items() if name not in ("cursor", "limit"))
    return ["cursor", request.tenant, request.route, request.event.get("pathParameters") or {}, query]

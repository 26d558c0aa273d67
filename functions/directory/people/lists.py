"""Lists of people and of the changes of one."""

from collections.abc import Mapping

from directory.people import people_list, repository
from directory.people.people_list import PersonFilter
from directory.people.person import PersonKind, person_text
from payerworks import json_text
from payerworks.dynamodb import Item
from payerworks.errors import NotFound
from payerworks.http import Answer, Request
from payerworks.json_text import Json
from payerworks.paging import PageQuery, list_answer, next_cursor, page_answer, position
from payerworks.validation import query

_NO_NAMES: Mapping[str, str | None] = {}


def people_answer(
    request: Request,
    kind: PersonKind,
    members: Mapping[str, Json],
    params: PageQuery,
    *,
    names: Mapping[str, str | None] = _NO_NAMES,
    latest: Mapping[str, str | None] = _NO_NAMES,
    deleted: bool = False,
) -> Answer:
    """200 with a page of people by name, for whom all holds that is not None.

    `members` must be equal, `names` are how members begin, `latest` the latest that dates may be.
    """
    given = {member: value for member, value in members.items() if value is not None}
    prefixes = {name: text for name, text in names.items() if text is not None}
    after = position(request, params.cursor)
    days = {name: day for name, day in latest.items() if day is not None}
    person_filter = PersonFilter(given, prefixes, days, deleted)
    page = people_list.list_people(request.tenant, kind, person_filter, after, params.limit)
    request.trail.concern(kind, *(person.person_id for person in page.people))
    cursor = None if page.after is None else next_cursor(request, page.after)
    return list_answer(request, [person_text(person) for person in page.people], cursor)


def history_answer(request: Request, kind: PersonKind) -> Answer:
    """200 with the changes of a person, also of a deleted one, the newest first."""
    params = query(PageQuery, request)
    before = position(request, params.cursor)
    versions = repository.list_versions(request.tenant, kind, request.path("id"), before, params.limit + 1)
    if not versions:
        raise NotFound(f"No {kind} has this id.")
    return page_answer(request, versions, params.limit, _version_text, _number)


def _number(item: Item) -> int:
    return int(item["sk"]["S"].partition("#")[2])


def _version_text(item: Item) -> str:
    members = {name: item[name]["S"] for name in ("operation", "at", "by")}
    changed = [name["S"] for name in item["changed"]["L"]]
    tail = {"requestId": item["request_id"]["S"], "changed": changed, "reason": item["reason"]["S"]}
    return json_text.write({"version": _number(item), **members, **tail})

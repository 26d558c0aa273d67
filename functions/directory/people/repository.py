"""Read and write people; items.py has the keys."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from auth.sessions.session_repository import change_parts
from auth.users.repository import User, get_user, new_user_parts
from directory.people.items import (
    LIST_MEMBERS,
    TABLE,
    folded,
    item_of,
    list_name,
    person_of,
    profile_key,
    unique_key,
    version_item,
    version_sk,
)
from directory.people.kind import Kind
from directory.people.person import Person, PersonKind
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact
from payerworks.json_text import Json

MOST_READ = 1000
"""People that are read for one page of a list."""
_PAGE = 100
_INDEXES = {"people_list": "by_kind", "institution_list": "by_institution", "doctor_list": "by_doctor"}


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a person, in which call and how: the operation is `create`, `update`, `delete` …"""

    operation: str
    by: str
    request_id: str
    reason: str = ""


class Refused(Exception):
    """A transaction was refused, and nothing was written; `cause` says why.

    "email"   a user has the e-mail
    "unique"  another person has the value of `member`
    "closed"  the person that `member` names does not exist or is not active
    "raced"   the person, or its user, changed meanwhile
    """

    def __init__(self, cause: str, member: str = "") -> None:
        super().__init__(cause)
        self.cause, self.member = cause, member


class _Guarded(NamedTuple):
    """A part of a transaction, and why the transaction is refused if the part is."""

    part: Part
    cause: str
    member: str = ""


def get_person(tenant: str, kind: PersonKind, person_id: str) -> Person | None:
    """A person as it is now, a deleted one too; None if there is none."""
    item = TABLE.get(profile_key(tenant, kind, person_id))
    return person_of(item) if item else None


def read_people(tenant: str, names: Sequence[tuple[PersonKind, str]]) -> dict[tuple[PersonKind, str], Person]:
    """People by kind and id as they are now; those that do not exist are left out."""
    items = read_all(TABLE, [profile_key(tenant, kind, person_id) for kind, person_id in dict.fromkeys(names)])
    return {(person.kind, person.person_id): person for person in map(person_of, items)}


def add_person(kind: Kind, person: Person, user: User, change: Change) -> None:
    """Store a new person with its user, all or nothing. Raises Refused."""
    parts = [
        *(_Guarded(part, "email") for part in new_user_parts(user)),
        _Guarded(TABLE.put_part(item_of(kind, person), "attribute_not_exists(pk)"), "raced"),
        _Guarded(TABLE.put_part(version_item(person, change.operation, change.by, change.request_id, None)), "raced"),
        *_unique_parts(kind, None, person),
        *_open_parts(kind, None, person),
    ]
    _commit(parts)


def change_person(
    kind: Kind,
    before: Person,
    after: Person,
    change: Change,
    *,
    of_user: Mapping[str, dict[str, Any]] | None = None,
    ends_sessions: bool = False,
    further: Sequence[Part] = (),
) -> None:
    """Replace a person by its next version, all or nothing. Raises Refused.

    `of_user` changes attributes of its user in the same transaction, which may end all of the user's sessions.
    """
    values: Item = {":version": {"N": str(before.version)}}
    parts = [
        _Guarded(TABLE.put_part(item_of(kind, after), "version = :version", values), "raced"),
        _Guarded(
            TABLE.put_part(
                version_item(after, change.operation, change.by, change.request_id, before, change.reason),
                "attribute_not_exists(pk)",
            ),
            "raced",
        ),
        *_unique_parts(kind, before, after),
        *_open_parts(kind, before, after),
        *(_Guarded(part, "raced") for part in further),
    ]
    if of_user is not None and (user := get_user(before.tenant, before.user_id)):
        ended = user.sessions if ends_sessions else ()
        parts += [_Guarded(part, "raced") for part in change_parts(user, of_user, ends=ended)]
    _commit(parts)


def _unique_parts(kind: Kind, before: Person | None, after: Person) -> Iterator[_Guarded]:
    """Take the unique values that are new, and let go of those that are not used any more."""
    for member, name in ((member, f"{kind.name}.{member}") for member in kind.unique):
        yield from _unique_value_parts(before, after, member, name)
    yield from _unique_value_parts(before, after, "contact_email", "email")


def _unique_value_parts(before: Person | None, after: Person, member: str, name: str) -> Iterator[_Guarded]:
    old, new = before.profile.get(member) if before else None, after.profile.get(member)
    if (old and folded(old)) == (new and folded(new)):
        return
    owner: Item = {"kind": {"S": after.kind}, "person_id": {"S": after.person_id}}
    if new:
        taken = TABLE.put_part(unique_key(after.tenant, name, new) | owner, "attribute_not_exists(pk)")
        yield _Guarded(taken, "unique", member)
    if old:
        yield _Guarded(TABLE.delete_part(unique_key(after.tenant, name, old)), "raced")


def _open_parts(kind: Kind, before: Person | None, after: Person) -> Iterator[_Guarded]:
    """Require that the people that a person is newly assigned to are there and active, until the commit."""
    for member, other in kind.relations.items():
        named = after.profile.get(member)
        if named and named != (before.profile.get(member) if before else None):
            key = profile_key(after.tenant, other, named)
            yield _Guarded(TABLE.check_part(key, "is_open = :true", {":true": {"BOOL": True}}), "closed", member)


def _commit(parts: Sequence[_Guarded]) -> None:
    try:
        transact([each.part for each in parts])
    except ConditionFailed as failed:
        # That somebody else was faster says least.
        causes = [part for part, code in zip(parts, failed.reasons, strict=True) if code == "ConditionalCheckFailed"]
        worst = min(causes, key=lambda part: part.cause == "raced")
        raise Refused(worst.cause, worst.member) from None


class PersonPage(NamedTuple):
    """People, and the `list_order` after which the next page starts; None on the last page."""

    people: list[Person]
    after: str | None


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What all people of a list have in common.

    members  members of the profile with their values; of `institution_id` and `doctor_id` there is an index
    deleted  whether the deleted ones are listed, instead of the others
    """

    members: Mapping[str, Json]
    deleted: bool = False

    def matches(self, person: Person) -> bool:
        is_same = all(person.profile.get(member) == value for member, value in self.members.items())
        return is_same and bool(person.deleted_at) == self.deleted


def list_people(
    tenant: str, kind: PersonKind, person_filter: PersonFilter, after: str | None, limit: int
) -> PersonPage:
    """Up to `limit` people of a kind that match, by name and as they are now; `after` is the place before the first.

    A page can be shorter and still have a next one, if MOST_READ people were read and too few match.
    """
    listed = _list_of(tenant, kind, person_filter)
    size = limit + 1 if listed.is_exact else _PAGE
    orders = _orders(listed, after, size)
    places: list[str] = []
    found: list[tuple[str, Person]] = []
    for place, person in itertools.islice(_as_now(tenant, kind, orders, size), MOST_READ):
        places.append(place)
        # Matched again even if the index is exact: it lags behind the table.
        if person is not None and person_filter.matches(person):
            found.append((place, person))
        if len(found) > limit:
            return PersonPage([each for _, each in found[:limit]], found[limit - 1][0])
    return PersonPage([each for _, each in found], places[-1] if len(places) == MOST_READ else None)


def count_people(tenant: str, kind: PersonKind, person_filter: PersonFilter) -> int:
    """How many people match: from the index alone if it is exact, else all people of the list are read."""
    listed = _list_of(tenant, kind, person_filter)
    if listed.is_exact:
        values: Item = {":list": {"S": listed.name}}
        index = _INDEXES[listed.attribute]
        pages = TABLE.query_pages(f"{listed.attribute} = :list", values, IndexName=index, Select="COUNT")
        return sum(page["Count"] for page in pages)
    people = _as_now(tenant, kind, _orders(listed, None, _PAGE), _PAGE)
    return sum(person is not None and person_filter.matches(person) for _, person in people)


class _List(NamedTuple):
    """A list in an index, and whether it has just the people that match."""

    attribute: str
    name: str
    is_exact: bool


def _list_of(tenant: str, kind: PersonKind, person_filter: PersonFilter) -> _List:
    member = "" if person_filter.deleted else next((each for each in LIST_MEMBERS if each in person_filter.members), "")
    owner = person_filter.members[member] if member else "DELETED" if person_filter.deleted else ""
    is_exact = len(person_filter.members) == bool(member)
    return _List(LIST_MEMBERS.get(member, "people_list"), list_name(tenant, kind, owner), is_exact)


def _orders(listed: _List, after: str | None, size: int) -> Iterator[str]:
    condition = f"{listed.attribute} = :list"
    values: Item = {":list": {"S": listed.name}}
    if after is not None:
        condition += " AND list_order > :after"
        values[":after"] = {"S": after}
    index = _INDEXES[listed.attribute]
    for item in TABLE.query(condition, values, IndexName=index, Limit=size):
        yield item["list_order"]["S"]


def _as_now(tenant: str, kind: PersonKind, orders: Iterator[str], size: int) -> Iterator[tuple[str, Person | None]]:
    while chunk := list(itertools.islice(orders, size)):
        ids = {order: order.rpartition("#")[2] for order in chunk}
        people = read_people(tenant, [(kind, person_id) for person_id in ids.values()])
        for order, person_id in ids.items():
            yield order, people.get((kind, person_id))


def list_versions(tenant: str, kind: PersonKind, person_id: str, before: Json, count: int) -> list[Item]:
    """Up to `count` items VERSION of a person, the newest first, all lower than version `before`."""
    last = version_sk(before - 1) if before is not None else version_sk(999_999_999)
    pk = profile_key(tenant, kind, person_id)["pk"]
    values = {":pk": pk, ":first": {"S": version_sk(1)}, ":last": {"S": last}}
    items = TABLE.query(
        "pk = :pk AND sk BETWEEN :first AND :last", values, ScanIndexForward=False, Limit=count, ConsistentRead=True
    )
    return list(itertools.islice(items, count))

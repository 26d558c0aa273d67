"""Read and write people; items.py has the keys."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from auth.users.repository import User, get_user, new_user_parts
from directory.people.items import (
    TABLE,
    count_key,
    item_of,
    person_of,
    profile_key,
    unique_key,
    version_item,
    version_sk,
)
from directory.people.kind import Kind
from directory.people.person import Person, PersonKind
from payerworks import json_text
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact
from payerworks.json_text import Json
from payerworks.texts import folded


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a person, in which call and how: the operation is `created`, `updated`, `deleted` …"""

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
        *_count_parts(kind, None, person),
    ]
    _commit(parts)


def unchanged_parts(people: Iterable[Person]) -> list[Part]:
    """Parts of a transaction that is refused unless people are still as they were read."""
    return [
        TABLE.check_part(
            profile_key(each.tenant, each.kind, each.person_id),
            "version = :version",
            {":version": {"N": str(each.version)}},
        )
        for each in people
    ]


def change_person(
    kind: Kind,
    before: Person,
    after: Person,
    change: Change,
    *,
    of_user: Callable[[User], Sequence[Part]] | None = None,
    further: Sequence[Part] = (),
) -> None:
    """Replace a person by its next version, all or nothing. Raises Refused.

    `of_user` returns parts of the same transaction that change its user.
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
        *_count_parts(kind, before, after),
        *(_Guarded(part, "raced") for part in further),
    ]
    if of_user is not None and (user := get_user(before.tenant, before.user_id)):
        parts += [_Guarded(part, "raced") for part in of_user(user)]
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


def _count_parts(kind: Kind, before: Person | None, after: Person) -> Iterator[_Guarded]:
    """Count a person where it belongs now, and no longer where it belonged."""
    old, new = _group(kind, before), _group(kind, after)
    for group, step in ((old, -1), (new, 1)):
        if group is not None and old != new:
            key = count_key(after.tenant, after.kind, group)
            yield _Guarded(TABLE.update_part(key, "ADD people :step", {":step": {"N": str(step)}}), "raced")


def _group(kind: Kind, person: Person | None) -> list[Json] | None:
    """The values by which a person is counted; None if it is not."""
    if not kind.counted or person is None or person.deleted_at:
        return None
    return [person.profile.get(member) for member in kind.counted]


def read_counts(tenant: str, kind: PersonKind) -> list[tuple[list[Json], int]]:
    """How many people have which values of the members that are counted."""
    items = TABLE.query("pk = :pk", {":pk": count_key(tenant, kind)["pk"]}, ConsistentRead=True)
    counts = [(json_text.read(item["sk"]["S"]), int(item["people"]["N"])) for item in items]
    return [(values, people) for values, people in counts if people]


def _commit(parts: Sequence[_Guarded]) -> None:
    try:
        transact([each.part for each in parts])
    except ConditionFailed as failed:
        # That somebody else was faster says least.
        causes = [part for part, code in zip(parts, failed.reasons, strict=True) if code == "ConditionalCheckFailed"]
        worst = min(causes, key=lambda part: part.cause == "raced")
        raise Refused(worst.cause, worst.member) from None


def list_versions(tenant: str, kind: PersonKind, person_id: str, before: Json, count: int) -> list[Item]:
    """Up to `count` items VERSION of a person, the newest first, all lower than version `before`."""
    last = version_sk(before - 1) if before is not None else version_sk(999_999_999)
    pk = profile_key(tenant, kind, person_id)["pk"]
    values = {":pk": pk, ":first": {"S": version_sk(1)}, ":last": {"S": last}}
    items = TABLE.query(
        "pk = :pk AND sk BETWEEN :first AND :last", values, ScanIndexForward=False, Limit=count, ConsistentRead=True
    )
    return list(itertools.islice(items, count))

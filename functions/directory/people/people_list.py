"""Lists of people: of all of a kind, or of those of an institution or a doctor, by name."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from directory.people.items import DELETED, LIST_MEMBERS, TABLE, alone_with, list_name, sort_text
from directory.people.person import Person, PersonKind
from directory.people.repository import read_people
from payerworks.dynamodb import Item
from payerworks.json_text import Json
from payerworks.texts import folded

MOST_READ = 1000
"""People that are read for one page of a list."""
_PAGE = 100
_INDEXES = {"people_list": "by_kind", "institution_list": "by_institution", "doctor_list": "by_doctor"}
_SORTED_BY = ("name", "last_name")
"""The members with which the names begin by which lists are sorted."""
_BEFORE_ALL, _AFTER_ALL = "!", "\U0010ffff"
"""Texts that sort before and after every name."""


class PersonPage(NamedTuple):
    """People, and the place after which the next page starts; None on the last page."""

    people: list[Person]
    after: str | None


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What all people of a list have in common.

    members   members of the profile with their values, None for those that are left out; of `institution_id` and
              `doctor_id` there is an index, and of both where a doctor's patients have no institution
    prefixes  members of the profile with how they begin, in any case
    latest    members of the profile that are dates, with the latest that each may be
    deleted   whether the deleted ones are listed, instead of the others
    """

    members: Mapping[str, Json]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False

    @property
    def index_member(self) -> str:
        """The member that chooses the index; empty for the list of all."""
        return "" if self.deleted else next((member for member in LIST_MEMBERS if member in self.members), "")

    @property
    def owner(self) -> str:
        """Whose list is read, in the index of `index_member`: see items.list_name."""
        if not self.index_member:
            return DELETED if self.deleted else ""
        owner = self.members[self.index_member]
        return str(owner) if owner is not None else alone_with(str(self.members["doctor_id"]))

    @property
    def order_prefix(self) -> str:
        """How the places of all that match begin."""
        return next((sort_text(text) for name, text in self.prefixes.items() if name in _SORTED_BY), "")

    @property
    def is_exact(self) -> bool:
        """Whether everyone in that part of the index matches."""
        filters = len(self.members) + len(self.prefixes) + len(self.latest)
        is_alone = bool(self.index_member) and self.members[self.index_member] is None
        return filters == bool(self.index_member) + bool(self.order_prefix) + is_alone

    def matches(self, person: Person) -> bool:
        is_same = all(person.profile.get(member) == value for member, value in self.members.items())
        is_named = all(
            folded(str(person.profile.get(name, ""))).startswith(folded(text)) for name, text in self.prefixes.items()
        )
        is_early = all("" < person.profile.get(name, "") <= day for name, day in self.latest.items())
        return is_same and is_named and is_early and bool(person.deleted_at) == self.deleted


def list_people(
    tenant: str, kind: PersonKind, person_filter: PersonFilter, after: str | None, limit: int
) -> PersonPage:
    """Up to `limit` people of a kind that match, by name and as they are now; `after` is the place before the first.

    A page can be shorter and still have a next one, if MOST_READ people were read and too few match.
    """
    size = limit + 1 if person_filter.is_exact else _PAGE
    places_read: list[str] = []
    found: list[tuple[str, Person]] = []
    places = _places(tenant, kind, person_filter, after, size)
    for place, person in itertools.islice(_as_now(tenant, kind, places, size), MOST_READ):
        places_read.append(place)
        # Matched again even if the index is exact: it lags behind the table.
        if person is not None and person_filter.matches(person):
            found.append((place, person))
        if len(found) > limit:
            return PersonPage([each for _, each in found[:limit]], found[limit - 1][0])
    return PersonPage([each for _, each in found], places_read[-1] if len(places_read) == MOST_READ else None)


def each_person(
    tenant: str, kind: PersonKind, person_filter: PersonFilter, first: str | None
) -> Iterator[tuple[str, Person]]:
    """All people of a kind who match, as they are now, each with its place; `first` is the place to begin at."""
    items = TABLE.query(**_query(tenant, kind, person_filter, first), Limit=_PAGE)
    for place, person in _as_now(tenant, kind, (item["list_order"]["S"] for item in items), _PAGE):
        if person is not None and person_filter.matches(person):
            yield place, person


def count_people(tenant: str, kind: PersonKind, person_filter: PersonFilter) -> int:
    """How many people match: from the index alone if it is exact, else all people of the list are read."""
    if person_filter.is_exact:
        pages = TABLE.query_pages(**_query(tenant, kind, person_filter, None), Select="COUNT")
        return sum(page["Count"] for page in pages)
    people = _as_now(tenant, kind, _places(tenant, kind, person_filter, None, _PAGE), _PAGE)
    return sum(person is not None and person_filter.matches(person) for _, person in people)


def _places(tenant: str, kind: PersonKind, person_filter: PersonFilter, after: str | None, size: int) -> Iterator[str]:
    """The places (`list_order`) of those who may match, in their order."""
    items = TABLE.query(**_query(tenant, kind, person_filter, after), Limit=size)
    return (place for item in items if (place := item["list_order"]["S"]) != after)


def _query(tenant: str, kind: PersonKind, person_filter: PersonFilter, after: str | None) -> dict[str, Any]:
    """The query of an index for those who may match, from a place on."""
    member, prefix = person_filter.index_member, person_filter.order_prefix
    attribute = LIST_MEMBERS.get(member, "people_list")
    values: Item = {
        ":list": {"S": list_name(tenant, kind, person_filter.owner)},
        ":first": {"S": after or prefix or _BEFORE_ALL},
        ":last": {"S": prefix + _AFTER_ALL},
    }
    condition = f"{attribute} = :list AND list_order BETWEEN :first AND :last"
    return {"condition": condition, "values": values, "IndexName": _INDEXES[attribute]}


def _as_now(tenant: str, kind: PersonKind, places: Iterator[str], size: int) -> Iterator[tuple[str, Person | None]]:
    while chunk := list(itertools.islice(places, size)):
        ids = {place: place.rpartition("#")[2] for place in chunk}
        people = read_people(tenant, [(kind, person_id) for person_id in ids.values()])
        for place, person_id in ids.items():
            yield place, people.get((kind, person_id))

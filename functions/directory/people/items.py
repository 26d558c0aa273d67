"""Table `directory`: institutions, doctors and patients.

pk                                  sk
{tenant}#{KIND}#{id}                PROFILE           profile and contacts (JSON texts), user_id, version, created_at,
                                                      updated_at, deleted_at (of a deleted person only), is_open, and
                                                      the names of the lists that it is in
{tenant}#{KIND}#{id}                VERSION#{number}  the change that made this version: operation, at, by, request_id,
                                                      changed (names of members), reason, and `before`, the profile
                                                      and the contacts before it
{tenant}#UNIQUE#{member}#{value}    UNIQUE            kind and id of the person that has a value which is unique
{tenant}#COUNT#{KIND}               {values}          people: how many that are not deleted have these values
                                                      (JSON text of a list) of the members that are counted

Indexes, keys only, all sorted by `list_order`, `{name, folded}#{id}`:
    by_kind         people_list       {tenant}#{KIND}, of deleted ones {tenant}#{KIND}#DELETED
    by_institution  institution_list  {tenant}#{KIND}#{institution_id}; of a patient who has only a doctor
                                      {tenant}#{KIND}#DOCTOR#{doctor_id}
    by_doctor       doctor_list       {tenant}#{KIND}#{doctor_id}

Appointments are in this table too: appointments/storage/items.py.

Access patterns
    a person is made     one transaction: the user and its e-mail (table `auth`), PROFILE, VERSION, each UNIQUE, on
                         condition that none exists, and that the persons it is related to are open
    a person changes     one transaction: PROFILE on condition of its version, VERSION, and what else depends on it
    a person is read     GetItem PROFILE, or BatchGetItem with the caller's own
    the numbers          Query COUNT
    a list               Query of an index, then BatchGetItem of its people, as they are now
"""

from collections.abc import Sequence
from typing import Any

from directory.people.kind import Kind
from directory.people.person import Person, PersonKind, Profile
from payerworks import json_text
from payerworks.dynamodb import Item, Table
from payerworks.texts import folded

TABLE = Table("directory")
LIST_MEMBERS = {"institution_id": "institution_list", "doctor_id": "doctor_list"}
"""Members of a profile by which people are listed, with the attribute that names the list."""
MOST_SORTED = 900
"""Bytes of a name by which lists are sorted."""
DELETED = "DELETED"
"""The list of the deleted people of a kind."""


def partition(tenant: str, kind: PersonKind, person_id: str) -> str:
    return f"{tenant}#{kind.upper()}#{person_id}"


def profile_key(tenant: str, kind: PersonKind, person_id: str) -> Item:
    return {"pk": {"S": partition(tenant, kind, person_id)}, "sk": {"S": "PROFILE"}}


def version_sk(version: int) -> str:
    return f"VERSION#{version:09}"


def unique_key(tenant: str, member: str, value: str) -> Item:
    """The key of a value that is unique; values that differ only in case are the same."""
    return {"pk": {"S": f"{tenant}#UNIQUE#{member}#{folded(value)}"}, "sk": {"S": "UNIQUE"}}


def count_key(tenant: str, kind: PersonKind, values: Sequence[Any] = ()) -> Item:
    """The key of the number of people who have these values."""
    return {"pk": {"S": f"{tenant}#COUNT#{kind.upper()}"}, "sk": {"S": json_text.write(list(values))}}


def list_name(tenant: str, kind: PersonKind, of: str = "") -> str:
    """The name of a list: of all of a kind, or of those of an institution or a doctor."""
    return f"{tenant}#{kind.upper()}" + (f"#{of}" if of else "")


def alone_with(doctor_id: str) -> str:
    """What names the list of a doctor's patients who have no institution of their own, in the index by_institution."""
    return f"DOCTOR#{doctor_id}"


def sort_text(name: str) -> str:
    """A name as lists are sorted by it. Folded, 201 characters can have 2,412 bytes, and a sort key at most 1,024."""
    return folded(name).encode()[:MOST_SORTED].decode(errors="ignore")


def item_of(kind: Kind, person: Person) -> Item:
    """The item PROFILE of a person."""
    lists = {LIST_MEMBERS[member]: of for member, of in person.profile.items() if member in LIST_MEMBERS}
    if "doctor_id" in person.profile:
        lists.setdefault(LIST_MEMBERS["institution_id"], alone_with(person.profile["doctor_id"]))
    named = {
        attribute: {"S": list_name(person.tenant, person.kind, of)}
        for attribute, of in lists.items()
        if not person.deleted_at
    }
    return (
        profile_key(person.tenant, person.kind, person.person_id)
        | {
            "user_id": {"S": person.user_id},
            "profile": {"S": json_text.write(person.profile)},
            "contacts": {"S": json_text.write(person.contacts)},
            "version": {"N": str(person.version)},
            "created_at": {"S": person.created_at},
            "updated_at": {"S": person.updated_at},
            "is_open": {"BOOL": not person.deleted_at and kind.is_open(person.profile)},
            "people_list": {"S": list_name(person.tenant, person.kind, DELETED if person.deleted_at else "")},
            "list_order": {"S": f"{sort_text(kind.sort_name(person.profile))}#{person.person_id}"},
        }
        | ({"deleted_at": {"S": person.deleted_at}} if person.deleted_at else {})
        | named
    )


def person_of(item: Item) -> Person:
    """The person of an item PROFILE."""
    tenant, kind, person_id = item["pk"]["S"].split("#", 2)
    return Person(
        tenant=tenant,
        kind=kind.lower(),
        person_id=person_id,
        user_id=item["user_id"]["S"],
        profile=json_text.read(item["profile"]["S"]),
        contacts=json_text.read(item["contacts"]["S"]),
        version=int(item["version"]["N"]),
        created_at=item["created_at"]["S"],
        updated_at=item["updated_at"]["S"],
        deleted_at=item.get("deleted_at", {"S": ""})["S"],
    )


def version_item(
    person: Person, operation: str, by: str, request_id: str, before: Person | None, reason: str = ""
) -> Item:
    """The item VERSION of the change that led to a person as it is now."""
    key: dict[str, Any] = {
        "pk": {"S": partition(person.tenant, person.kind, person.person_id)},
        "sk": {"S": version_sk(person.version)},
    }
    return key | {
        "operation": {"S": operation},
        "at": {"S": person.updated_at},
        "by": {"S": by},
        "request_id": {"S": request_id},
        "changed": {"L": [{"S": name} for name in _changed(before, person)]},
        "reason": {"S": reason},
        "before": {"S": json_text.write([before.profile, before.contacts] if before else [{}, {}])},
    }


def _changed(before: Person | None, after: Person) -> list[str]:
    """The members that a change sets, changes or removes, in the order of the alphabet."""
    old = _members(before.profile, before.contacts) if before else {}
    new = _members(after.profile, after.contacts)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _members(profile: Profile, contacts: Profile) -> dict[str, Any]:
    return {**profile, **contacts}

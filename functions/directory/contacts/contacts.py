"""Read and replace the e-mails, phones and addresses of a person."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from directory.contacts.models import ContactChanges
from directory.people import repository
from directory.people.changes import retried
from directory.people.kind import Kind
from directory.people.person import Person
from directory.people.repository import Change
from payerworks import json_text
from payerworks.conditional import check_preconditions, not_modified
from payerworks.errors import BadInput, Fault, Forbidden
from payerworks.http import Answer, Request
from payerworks.json_text import Json
from payerworks.times import now
from payerworks.validation import checked

SORTS = ("emails", "phones", "addresses")
Record = Mapping[str, Any]


def contacts_answer(request: Request, person: Person) -> Answer:
    """200 with the contacts of a person (models.Contacts), or 304."""
    return not_modified(request, person.etag) or _answer(person)


def _answer(person: Person) -> Answer:
    return Answer(200, json_text.write(contact_lists(person)), {"ETag": person.etag})


def contact_lists(person: Person) -> dict[str, Sequence[Record]]:
    """The records of a person by their sort."""
    return {sort: person.contacts.get(sort, []) for sort in SORTS}


def update_contacts(request: Request, kind: Kind, person: Callable[[], Person], *, is_own: bool) -> Answer:
    """200 with the contacts after those lists were replaced that the body has.

    `person` reads whose they are. Raises BadInput, Forbidden for who verifies an own record, and Conflict if the
    primary e-mail is taken.
    """
    value = json_text.read(request.body())
    changes = checked(ContactChanges, value, "The contacts are not valid.")
    if not changes.model_dump(exclude_none=True):
        raise BadInput("The request changes nothing: give at least one list.")
    after = retried(kind, lambda: _update(request, kind, person(), changes, is_own=is_own))
    return request.preferred(_answer(after))


def _update(request: Request, kind: Kind, before: Person, changes: ContactChanges, *, is_own: bool) -> Person:
    check_preconditions(request, before.etag)
    contacts = dict(before.contacts)
    for sort, records in changes.model_dump(mode="json", exclude_none=True).items():
        contacts[sort] = _replaced(sort, before.contacts.get(sort, []), records, is_own=is_own)
    if contacts == before.contacts:
        return before
    profile = {**before.profile, "contact_email": _primary(contacts["emails"])["email_address"]}
    after = replace(before, profile=profile, contacts=contacts, version=before.version + 1, updated_at=now())
    repository.change_person(kind, before, after, Change("updated", request.user_id, request.id))
    return after


def _primary(records: Sequence[Record]) -> Record:
    return next(record for record in records if record["is_primary"])


def _replaced(sort: str, old: Sequence[Record], records: Sequence[Json], *, is_own: bool) -> list[Record]:
    """The records of one sort after a change, each with its id, and with `is_verified` as it is to be."""
    known = {record["id"]: record for record in old}
    faults: list[Fault] = []
    replaced: list[Record] = []
    for number, record in enumerate(records):
        before = known.get(record["id"]) if "id" in record else None
        if "id" in record and before is None:
            faults.append(Fault(f"/{sort}/{number}/id", "is the id of no record"))
        stays = before is not None and _content(before) == _content(record)
        verified = stays and before is not None and before["is_verified"]
        if is_own and record.get("is_verified", verified) and not verified:
            fault = Fault(f"/{sort}/{number}/is_verified", "only the directory's staff can verify a record")
            raise Forbidden("A record cannot be verified by oneself.", errors=[fault])
        verified = record.get("is_verified", verified)
        replaced.append({**record, "id": record.get("id") or uuid.uuid4().hex[:12], "is_verified": verified})
    if faults:
        raise BadInput("The contacts are not valid.", errors=faults)
    return replaced


def _content(record: Record) -> dict[str, Any]:
    """What of a record was verified: where it leads."""
    return {name: value for name, value in record.items() if name not in ("id", "type", "is_primary", "is_verified")}

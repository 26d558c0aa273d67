"""Table `directory`: the entries of patients, in the partition of their patient (directory/people/items.py).

pk                       sk
{tenant}#PATIENT#{id}    ENTRY#{kind}#{entry_id}                an entry: members (JSON text), version, by, at
{tenant}#PATIENT#{id}    REVISION#{kind}#{entry_id}#{number}    a version of it: the same, operation, request_id

Access patterns
    an entry changes        one transaction: ENTRY on condition of its version, REVISION, and the check that patient and
                            doctor are still as they were read, so that only who treats it at that moment writes
    an entry is deleted     as it changes, but ENTRY goes; its versions stay, and so does its id
    entries, of one kind or all   Query ENTRY#
    versions of an entry    Query REVISION#, newest first
"""

import itertools
from dataclasses import dataclass
from typing import Literal

from directory.people.items import TABLE, partition
from directory.people.relations import Sight
from directory.people.repository import unchanged_parts
from patients.entries.entry import Entry
from payerworks import json_text
from payerworks.dynamodb import ConditionFailed, Item, transact
from payerworks.json_text import Json

EntryOperation = Literal["created", "updated", "deleted"]


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of an entry, and the operation and call that made it."""

    entry: Entry
    operation: str
    request_id: str


class EntryRaced(Exception):
    """The entry or its patient changed since it was read; nothing was written."""


def read_entries(tenant: str, patient_id: str, kind: str = "") -> list[Entry]:
    """The entries of a patient, of one kind or all, the notes too."""
    values = _range(tenant, patient_id, f"ENTRY#{kind}#" if kind else "ENTRY#")
    items = TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return [_entry_of(item) for item in items]


def get_entry(tenant: str, patient_id: str, kind: str, entry_id: str) -> Entry | None:
    """An entry as it is; None if there is none."""
    item = TABLE.get(_key(tenant, patient_id, f"ENTRY#{kind}#{entry_id}"))
    return _entry_of(item) if item else None


def commit_entry(treated: Sight, entry: Entry, operation: EntryOperation, request_id: str) -> None:
    """Store the next version of an entry of a patient, all or nothing; a deletion's has the members as they were.

    Raises EntryRaced, also if the patient changed, or one of those on whom the writer's sight of the patient rests.
    """
    patient = treated.person
    sk = f"ENTRY#{entry.kind}#{entry.entry_id}"
    key = _key(patient.tenant, patient.person_id, sk)
    attributes: Item = {
        "members": {"S": json_text.write(entry.members)},
        "version": {"N": str(entry.version)},
        "by": {"S": entry.by},
        "at": {"S": entry.at},
    }
    before: Item = {":before": {"N": str(entry.version - 1)}}
    revision = _key(patient.tenant, patient.person_id, f"REVISION#{entry.kind}#{entry.entry_id}#{entry.version:09}")
    made: Item = {"operation": {"S": operation}, "request_id": {"S": request_id}}
    if operation == "deleted":
        change = TABLE.delete_part(key, "version = :before", before)
    elif operation == "created":
        change = TABLE.put_part(key | attributes, "attribute_not_exists(pk)")
    else:
        change = TABLE.put_part(key | attributes, "version = :before", before)
    parts = [
        change,
        TABLE.put_part(revision | attributes | made, "attribute_not_exists(pk)"),
        *unchanged_parts([patient, *treated.rests_on]),
    ]
    try:
        transact(parts)
    except ConditionFailed:
        raise EntryRaced from None


def list_revisions(tenant: str, patient_id: str, kind: str, entry_id: str, before: Json, count: int) -> list[Revision]:
    """Up to `count` versions of an entry, also of a deleted one, the newest first, all lower than version `before`."""
    prefix = f"REVISION#{kind}#{entry_id}#"
    last = before - 1 if before is not None else 999_999_999
    pk = _key(tenant, patient_id, "")["pk"]
    values: Item = {":pk": pk, ":first": {"S": f"{prefix}{1:09}"}, ":last": {"S": f"{prefix}{last:09}"}}
    items = TABLE.query(
        "pk = :pk AND sk BETWEEN :first AND :last", values, ScanIndexForward=False, Limit=count, ConsistentRead=True
    )
    return [
        Revision(_entry_of(item), item["operation"]["S"], item["request_id"]["S"])
        for item in itertools.islice(items, count)
    ]


def _entry_of(item: Item) -> Entry:
    _, kind, entry_id = item["sk"]["S"].split("#")[:3]
    members = json_text.read(item["members"]["S"])
    return Entry(kind, entry_id, members, int(item["version"]["N"]), item["by"]["S"], item["at"]["S"])


def _key(tenant: str, patient_id: str, sk: str) -> Item:
    return {"pk": {"S": partition(tenant, "patient", patient_id)}, "sk": {"S": sk}}


def _range(tenant: str, patient_id: str, prefix: str) -> Item:
    return {":pk": {"S": partition(tenant, "patient", patient_id)}, ":prefix": {"S": prefix}}

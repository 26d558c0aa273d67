"""Patients and visits to and from the items of table `intake` (keys and indexes: repository.py)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from intake.registry.registry_rules import GivenPerson, Person, StoredPatient, StoredVisit, Visit
from payerworks.dynamodb import Item, Table
from payerworks.search_index import has_engine
from payerworks.texts import folded

MOST_SORTED = 450
"""Bytes of a name by which patients are sorted."""
TABLE = Table("intake")


def patient_id_of(tenant: str, mrn: str) -> str:
    """The id of the patient with an MRN, stored or not: 32 characters."""
    return _hash(tenant, mrn)


def visit_id_of(tenant: str, account_number: str) -> str:
    """The id of the visit with an account number: 32 characters."""
    return _hash(tenant, account_number)


def _hash(tenant: str, text: str) -> str:
    return hashlib.blake2b(f"{tenant}\0{text}".encode(), digest_size=16).hexdigest()


def patient_key(tenant: str, patient_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#PATIENT#{patient_id}"}, "sk": {"S": "PATIENT"}}


def visit_key(tenant: str, visit_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#VISIT#{visit_id}"}, "sk": {"S": "VISIT"}}


def visits_list(tenant: str, patient_id: str) -> str:
    """The value of `list` that a patient's visits share in index by_list."""
    return f"{tenant}#VISITS#{patient_id}"


def names_list(tenant: str) -> str:
    """The value of `list` that a tenant's patients share in index by_list, where no search engine has their names."""
    return f"{tenant}#PATIENTS"


def name_order(last: str, first: str, patient_id: str) -> str:
    """The place of a patient among all, by last and first name, both folded, and id.

    Each name has at most 450 bytes here, because a sort key has at most 1,024.
    """
    return "\t".join((sort_text(last), sort_text(first), patient_id))


def sort_text(name: str) -> str:
    """A name, or the beginning of one, as patients are sorted by it."""
    return folded(name).encode()[:MOST_SORTED].decode(errors="ignore")


def patient_item(tenant: str, patient: StoredPatient) -> Item:
    """The item of a new or changed patient, with its next version."""
    patient_id = patient_id_of(tenant, patient.mrn)
    texts = {"mrn": patient.mrn, **asdict(patient.person), "stamp": patient.stamp, "created": patient.created}
    others: Item = {"version": {"N": str(patient.version + 1)}}
    if patient.job:
        texts["request_id"] = patient.job
    if patient.changes:
        others["changes"] = {"L": [{"S": source} for source in patient.changes]}
    if not has_engine():
        person = patient.person
        texts |= {
            "list": names_list(tenant),
            "list_order": name_order(person.last_name, person.first_name, patient_id),
        }
    return patient_key(tenant, patient_id) | _texts(texts) | others


def patient_from(item: Mapping[str, Any]) -> StoredPatient:
    """The patient in an item."""
    person = Person(item["first_name"]["S"], item["last_name"]["S"], item["birth_date"]["S"])
    # Patients stored earlier have their last change alone, or no version.
    sources = item["changes"]["L"] if "changes" in item else [item["changed"]] if "changed" in item else []
    changes = tuple(source["S"] for source in sources)
    version = int(item["version"]["N"]) if "version" in item else 0
    job = item.get("request_id", {"S": ""})["S"]
    return StoredPatient(item["mrn"]["S"], person, item["stamp"]["S"], item["created"]["S"], changes, version, job)


def visit_item(tenant: str, stored: StoredVisit) -> Item:
    """The item of a visit."""
    visit = stored.visit
    texts = {
        "document": json.dumps([stored.mrn, visit.account_number, visit.date, visit.reason, stored.source]),
        "list": visits_list(tenant, patient_id_of(tenant, stored.mrn)),
        "list_order": f"{visit.date}#{visit.account_number}",
    }
    rows = {job: row_text(row) for job, row in (stored.given or {}).items()}
    given: Item = {} if stored.given is None else {"given": {"M": rows}}
    return visit_key(tenant, visit_id_of(tenant, visit.account_number)) | _texts(texts) | given


def row_text(row: GivenPerson) -> dict[str, str]:
    """The attribute of a row of a visit."""
    return {"S": f"{row.stamp} {row.person}"}


def visit_from(item: Mapping[str, Any]) -> StoredVisit:
    """The visit in an item."""
    mrn, account_number, date, reason, source = json.loads(item["document"]["S"])
    # Index by_list does not have the rows, and visits stored earlier have none.
    rows = item["given"]["M"] if "given" in item else None
    given = None if rows is None else {job: GivenPerson(*row["S"].split(" ")) for job, row in rows.items()}
    return StoredVisit(mrn, Visit(account_number, date, reason), source, given)


def _texts(texts: Mapping[str, str]) -> Item:
    return {name: {"S": text} for name, text in texts.items()}

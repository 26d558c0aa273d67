"""The items of patients and visits in table `intake`, to and from what the code knows (their keys: repository.py)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from intake.registry.registry_rules import Person, StoredPatient, StoredVisit, Visit
from payerworks.dynamodb import Item, Table

TABLE = Table("intake")


def patient_id(tenant: str, mrn: str) -> str:
    """The id of the patient with an MRN, whether it is stored or not."""
    return _hash(tenant, mrn)


def visit_id(tenant: str, account_number: str) -> str:
    """The id of the visit with an account number."""
    return _hash(tenant, account_number)


def _hash(tenant: str, text: str) -> str:
    return hashlib.blake2b(f"{tenant}\0{text}".encode(), digest_size=16).hexdigest()


def patient_key(tenant: str, wanted: str) -> Item:
    """The key of the patient with an id."""
    return {"pk": {"S": f"{tenant}#PATIENT#{wanted}"}, "sk": {"S": "PATIENT"}}


def visit_key(tenant: str, wanted: str) -> Item:
    """The key of the visit with an id."""
    return {"pk": {"S": f"{tenant}#VISIT#{wanted}"}, "sk": {"S": "VISIT"}}


def visits_list(tenant: str, wanted: str) -> str:
    """The list of the visits of the patient with an id."""
    return f"{tenant}#VISITS#{wanted}"


def patient_item(tenant: str, patient: StoredPatient) -> Item:
    """The item of a patient that is new or changed, in its next version."""
    person = patient.person
    item = {
        "mrn": patient.mrn,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": person.birth_date,
        "stamp": patient.stamp,
        "created": patient.created,
    } | ({"changed": patient.changed} if patient.changed else {})
    version = {"version": {"N": str(patient.version + 1)}}
    return patient_key(tenant, patient_id(tenant, patient.mrn)) | _texts(item) | version


def patient_from(item: Mapping[str, Any]) -> StoredPatient:
    person = Person(item["first_name"]["S"], item["last_name"]["S"], item["birth_date"]["S"])
    changed = item["changed"]["S"] if "changed" in item else ""
    # One that was stored before patients were indexed has no version.
    version = int(item["version"]["N"]) if "version" in item else 0
    return StoredPatient(item["mrn"]["S"], person, item["stamp"]["S"], item["created"]["S"], changed, version)


def visit_item(tenant: str, stored: StoredVisit) -> Item:
    visit = stored.visit
    item = {
        "document": json.dumps([stored.mrn, visit.account_number, visit.date, visit.reason, stored.source]),
        "list": visits_list(tenant, patient_id(tenant, stored.mrn)),
        "list_order": f"{visit.date}#{visit.account_number}",
    }
    return visit_key(tenant, visit_id(tenant, visit.account_number)) | _texts(item)


def visit_from(item: Mapping[str, Any]) -> StoredVisit:
    mrn, account_number, date, reason, source = json.loads(item["document"]["S"])
    return StoredVisit(mrn, Visit(account_number, date, reason), source)


def _texts(values: Mapping[str, str]) -> Item:
    return {name: {"S": value} for name, value in values.items()}

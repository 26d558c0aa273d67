"""Table `intake`: the registry of patients and their visits (the jobs, in the same table: job_repository.py).

pk, sk:
    {tenant}#PATIENT#{patient_id}  PATIENT   mrn, first_name, last_name, birth_date, stamp, created, changed, version
    {tenant}#VISIT#{visit_id}      VISIT     document (JSON of MRN, account number, date, reason, source)
The ids are hashes of MRN and account number, so keys, and what a stream or a log shows of them, hold no patient data.

A patient's `version` rises with each write, and says which document of the index is the later one (search_index.py).

Index by_list (list, list_order):
    {tenant}#VISITS#{patient_id}   visit date, account number

Access patterns
    rows of a file                 BatchGetItem of up to 100, PartiQL inserts of up to 25 visits that are new, a
                                   transaction of up to 100 patients that are, a conditional put of each that differs
    a patient                      GetItem, then Query by_list for the latest visits and for their count
    patients, by name              the search index, then BatchGetItem
    patients, all (registry_pages.py)   Scan by pages, on no request's path
A new visit costs 2 write units (one of them the index's), a new patient 2, a changed one 1, an unchanged row none.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intake.registry.registry_items import (
    TABLE,
    patient_from,
    patient_id,
    patient_item,
    patient_key,
    visit_from,
    visit_id,
    visit_item,
    visit_key,
    visits_list,
)
from intake.registry.registry_rules import StoredPatient, StoredVisit, Visit
from payerworks.batches import in_parallel, insert_all, insert_together, read_all
from payerworks.dynamodb import TRANSACTION_ITEMS
from payerworks.parts import parts


def read_patients(tenant: str, mrns: Iterable[str]) -> dict[str, StoredPatient]:
    """Those of the patients with these MRNs that are stored, by MRN."""
    keys = [patient_key(tenant, patient_id(tenant, mrn)) for mrn in dict.fromkeys(mrns)]
    return {patient.mrn: patient for patient in map(patient_from, read_all(TABLE, keys))}


def read_visits(tenant: str, account_numbers: Iterable[str]) -> dict[str, StoredVisit]:
    """Those of the visits with these account numbers that are stored, by account number."""
    keys = [visit_key(tenant, visit_id(tenant, number)) for number in dict.fromkeys(account_numbers)]
    return {stored.visit.account_number: stored for stored in map(visit_from, read_all(TABLE, keys))}


def add_visits(tenant: str, visits: Sequence[StoredVisit]) -> set[str]:
    """Add visits; gives the account numbers of those that were not, because another came first."""
    taken = insert_all(TABLE, [visit_item(tenant, stored) for stored in visits])
    return {visits[number].visit.account_number for number in taken}


def write_patients(tenant: str, patients: Sequence[StoredPatient], before: Mapping[str, StoredPatient]) -> set[str]:
    """Write patients that are new or changed; gives the MRNs of those that were not, because another change came first.

    `before` has, by MRN, the stored ones that they were made from.
    """
    new = [patient for patient in patients if patient.mrn not in before]
    changed = [patient for patient in patients if patient.mrn in before]

    def insert(batch: Sequence[StoredPatient]) -> set[str]:
        taken = insert_together(TABLE, [patient_item(tenant, patient) for patient in batch])
        return {batch[number].mrn for number in taken}

    def change(patient: StoredPatient) -> bool:
        held = {":held": {"S": before[patient.mrn].stamp}}
        return TABLE.put_if("stamp = :held", patient_item(tenant, patient), held)

    overtaken = set().union(*in_parallel(insert, parts(new, TRANSACTION_ITEMS)))
    kept = in_parallel(change, changed)
    return overtaken | {patient.mrn for patient, was_put in zip(changed, kept, strict=True) if not was_put}


def find_patient(tenant: str, wanted: str) -> StoredPatient | None:
    """The patient with an id."""
    item = TABLE.get(patient_key(tenant, wanted))
    return patient_from(item) if item else None


def latest_visits(tenant: str, wanted: str, count: int) -> tuple[list[Visit], int]:
    """The latest visits of the patient with an id, newest first, and how many there are in all."""
    query = _list_query(visits_list(tenant, wanted))
    found = list(itertools.islice(TABLE.query(**query, ScanIndexForward=False, Limit=count + 1), count + 1))
    visits = [visit_from(item).visit for item in found[:count]]
    return visits, len(found) if len(found) <= count else _count(query)


def find_patients(tenant: str, wanted: Sequence[str]) -> list[StoredPatient]:
    """The patients with these ids, in their order: those that there are."""
    keys = [patient_key(tenant, patient_id) for patient_id in wanted]
    found = {item["pk"]["S"]: patient_from(item) for item in read_all(TABLE, keys)}
    return [found[key["pk"]["S"]] for key in keys if key["pk"]["S"] in found]


def _list_query(name: str) -> dict[str, Any]:
    return {
        "condition": "#list = :list",
        "values": {":list": {"S": name}},
        "ExpressionAttributeNames": {"#list": "list"},
        "IndexName": "by_list",
    }


def _count(query: dict[str, Any]) -> int:
    return sum(page["Count"] for page in TABLE.query_pages(**query, Select="COUNT"))

"""Table `intake`: the registry of patients and their visits (jobs/job_items.py: the jobs in the same table).

pk, sk:
    {tenant}#PATIENT#{patient_id}  PATIENT   mrn, first_name, last_name, birth_date, stamp, created, changes, version,
                                             request_id (the job that wrote it last)
    {tenant}#VISIT#{visit_id}      VISIT     document (JSON of MRN, account number, date, reason, source), given (the
                                             row of each file: stamp and hash of the person, by its job's stamp)
The ids are hashes of MRN and account number, so keys hold no patient data, and neither do streams and logs of keys.

A patient's `version` rises with each write; it decides which index document is the later one (search_index.py).

Index by_list (list, list_order):
    {tenant}#VISITS#{patient_id}   visit date, account number
    {tenant}#PATIENTS              last and first name, patient id; only without a search engine, which costs a new or
                                   renamed patient 1 or 2 write units more

Access patterns
    rows of a file                 BatchGetItem of up to 100, PartiQL inserts of up to 25 new visits, a conditional
                                   update of each visit that two files at the same time have, a transaction of up to
                                   100 new patients, a conditional put of each changed one
    a patient                      GetItem, then Query by_list for the latest visits and for their count
    patients, by name              the search index, or Query by_list for MOST_NAMES at most; then BatchGetItem
    patients, all (registry_pages.py)   Scan by pages, never during a request
A new visit costs 2 write units (one for the index), another person of a visit 1, a new patient 2, a changed patient
1, an unchanged row none.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intake.registry.registry_items import (
    TABLE,
    names_list,
    patient_from,
    patient_id_of,
    patient_item,
    patient_key,
    row_text,
    sort_text,
    visit_from,
    visit_id_of,
    visit_item,
    visit_key,
    visits_list,
)
from intake.registry.registry_rules import StoredPatient, StoredVisit, Visit
from payerworks.batches import in_parallel, insert_all, insert_together, read_all
from payerworks.dynamodb import TRANSACTION_ITEMS
from payerworks.errors import Fault
from payerworks.parts import parts
from payerworks.search_index import needs_engine

MOST_NAMES = 10_000
"""Names that one search reads: about 2 MB of the index, 250 read units. Pages end there, with an engine too."""


def read_patients(tenant: str, mrns: Iterable[str]) -> dict[str, StoredPatient]:
    """The stored patients among these MRNs, by MRN. Raises Unavailable."""
    keys = [patient_key(tenant, patient_id_of(tenant, mrn)) for mrn in dict.fromkeys(mrns)]
    return {patient.mrn: patient for patient in map(patient_from, read_all(TABLE, keys))}


def read_visits(tenant: str, account_numbers: Iterable[str]) -> dict[str, StoredVisit]:
    """The stored visits among these account numbers, by account number. Raises Unavailable."""
    keys = [visit_key(tenant, visit_id_of(tenant, number)) for number in dict.fromkeys(account_numbers)]
    return {stored.visit.account_number: stored for stored in map(visit_from, read_all(TABLE, keys))}


def write_visits(tenant: str, visits: Sequence[StoredVisit], before: Mapping[str, StoredVisit]) -> set[str]:
    """Add new visits, and to stored ones the rows of further files.

    Returns the account numbers that were not written because another writer was first. `before` has the stored visits
    that the changed ones were made from, by account number.
    """
    new = [stored for stored in visits if stored.visit.account_number not in before]
    changed = [stored for stored in visits if stored.visit.account_number in before]

    def add_row(stored: StoredVisit) -> bool:
        known = before[stored.visit.account_number].given or {}
        [(job, row)] = [(job, row) for job, row in (stored.given or {}).items() if job not in known]
        key = visit_key(tenant, visit_id_of(tenant, stored.visit.account_number))
        unless_there, names = "attribute_not_exists(given.#job)", {"#job": job}
        values = {":row": row_text(row)}
        return TABLE.update_if(unless_there, key, "SET given.#job = :row", values, ExpressionAttributeNames=names)

    taken = insert_all(TABLE, [visit_item(tenant, stored) for stored in new])
    were_added = in_parallel(add_row, changed)
    overtaken = {new[number].visit.account_number for number in taken}
    return overtaken | {
        stored.visit.account_number for stored, was_added in zip(changed, were_added, strict=True) if not was_added
    }


def write_patients(tenant: str, patients: Sequence[StoredPatient], before: Mapping[str, StoredPatient]) -> set[str]:
    """Write new and changed patients. Returns the MRNs that were not written because another writer was first.

    `before` has the stored patients that the changed ones were made from, by MRN.
    """
    new = [patient for patient in patients if patient.mrn not in before]
    changed = [patient for patient in patients if patient.mrn in before]

    def insert(batch: Sequence[StoredPatient]) -> set[str]:
        taken = insert_together(TABLE, [patient_item(tenant, patient) for patient in batch])
        return {batch[number].mrn for number in taken}

    def change(patient: StoredPatient) -> bool:
        stamp_before = {":before": {"S": before[patient.mrn].stamp}}
        return TABLE.put_if("stamp = :before", patient_item(tenant, patient), stamp_before)

    overtaken = set().union(*in_parallel(insert, parts(new, TRANSACTION_ITEMS)))
    were_put = in_parallel(change, changed)
    return overtaken | {patient.mrn for patient, was_put in zip(changed, were_put, strict=True) if not was_put}


def find_patient(tenant: str, patient_id: str) -> StoredPatient | None:
    """The patient with an id; None if there is none. Raises Unavailable."""
    item = TABLE.get(patient_key(tenant, patient_id))
    return patient_from(item) if item else None


def find_patients(tenant: str, patient_ids: Sequence[str]) -> list[StoredPatient]:
    """The stored patients among these ids, in the order of the ids. Raises Unavailable."""
    keys = [patient_key(tenant, patient_id) for patient_id in patient_ids]
    stored = {item["pk"]["S"]: patient_from(item) for item in read_all(TABLE, keys)}
    return [stored[key["pk"]["S"]] for key in keys if key["pk"]["S"] in stored]


def find_by_name(tenant: str, last: str, first: str, skip: int, count: int) -> tuple[int, list[str]]:
    """The number of patients whose names begin so, MOST_NAMES at most, and the ids of up to `count` after `skip`.

    They are sorted by name. Raises Unavailable, and NotSupported for a first name if more than MOST_NAMES patients have
    such a last name: no index is sorted by first names.
    """
    last, first = sort_text(last), sort_text(first)
    values = {":list": {"S": names_list(tenant)}} | ({":last": {"S": last}} if last else {})
    condition = "#list = :list" + (" AND begins_with(list_order, :last)" if last else "")
    options = {"ExpressionAttributeNames": {"#list": "list"}, "ProjectionExpression": "list_order"}
    items = TABLE.query(condition, values, IndexName="by_list", Limit=MOST_NAMES + 1, **options)
    orders = [item["list_order"]["S"].split("\t") for item in itertools.islice(items, MOST_NAMES + 1)]
    if first and len(orders) > MOST_NAMES:
        fault = Fault("/first_name", f"is looked for among at most {MOST_NAMES:,} patients")
        raise needs_engine("give the beginning of the last name too, or a longer one", fault)
    ids = [patient_id for _, first_name, patient_id in orders[:MOST_NAMES] if first_name.startswith(first)]
    return len(ids), ids[skip : skip + count]


def latest_visits(tenant: str, patient_id: str, count: int) -> tuple[list[Visit], int]:
    """The latest visits of a patient, newest first, and the number of all. Raises Unavailable."""
    query: dict[str, Any] = {
        "condition": "#list = :list",
        "values": {":list": {"S": visits_list(tenant, patient_id)}},
        "ExpressionAttributeNames": {"#list": "list"},
        "IndexName": "by_list",
    }
    items = list(itertools.islice(TABLE.query(**query, ScanIndexForward=False, Limit=count + 1), count + 1))
    total = len(items)
    if total > count:
        total = sum(page["Count"] for page in TABLE.query_pages(**query, Select="COUNT"))
    return [visit_from(item).visit for item in items[:count]], total

"""Table `intake`: the registry of patients and their visits (the jobs, in the same table: job_repository.py).

pk, sk:
    {tenant}#PATIENT#{patient_id}  PATIENT   mrn, first_name, last_name, birth_date, stamp, created, changed
    {tenant}#VISIT#{visit_id}      VISIT     document (JSON of MRN, account number, date, reason, source)
The ids are hashes of MRN and account number, so keys, and what a stream or a log shows of them, hold no patient data.

Index by_list (list, list_order):
    {tenant}#PATIENTS#{0…7}        last name, first name (folded), id: spread, so that no one key holds up the loading
    {tenant}#VISITS#{patient_id}   visit date, account number

Access patterns
    rows of a file                 BatchGetItem of up to 100, PartiQL inserts of up to 25 that are new, a conditional
                                   put of each patient that differs
    a patient                      GetItem, then Query by_list for the latest visits and for their count
    patients, by name              Query of the eight shards, merged: a count costs a read unit for about 30 patients of
                                   the tenant (or of those whose last name fits), a page those up to its end. What is
                                   exact and cheap here for thousands is the search index's work for millions.
A new visit costs 2 write units (one of them the index's), a new patient 2, a changed one 2, an unchanged row none.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from intake.records import Visit
from intake.registration import StoredPatient, StoredVisit
from intake.registry_items import (
    SHARDS,
    NamePrefix,
    folded,
    patient_from,
    patient_id,
    patient_item,
    patient_key,
    patients_list,
    visit_from,
    visit_id,
    visit_item,
    visit_key,
    visits_list,
)
from intake.table import put, table
from payerworks.aws import client
from payerworks.batches import Item, each, insert_all, read_all


def read_patients(tenant: str, mrns: Iterable[str]) -> dict[str, StoredPatient]:
    """Those of the patients with these MRNs that are stored, by MRN."""
    keys = [patient_key(tenant, patient_id(tenant, mrn)) for mrn in dict.fromkeys(mrns)]
    return {patient.mrn: patient for patient in map(patient_from, read_all(table(), keys))}


def read_visits(tenant: str, account_numbers: Iterable[str]) -> dict[str, StoredVisit]:
    """Those of the visits with these account numbers that are stored, by account number."""
    keys = [visit_key(tenant, visit_id(tenant, number)) for number in dict.fromkeys(account_numbers)]
    return {stored.visit.account_number: stored for stored in map(visit_from, read_all(table(), keys))}


def add_visits(tenant: str, visits: Sequence[StoredVisit]) -> set[str]:
    """Add visits; gives the account numbers of those that were not, because another came first."""
    taken = insert_all(table(), [visit_item(tenant, stored) for stored in visits])
    return {visits[number].visit.account_number for number in taken}


def write_patients(tenant: str, patients: Sequence[StoredPatient], before: Mapping[str, StoredPatient]) -> set[str]:
    """Write patients that are new or changed; gives the MRNs of those that were not, because another change came first.

    `before` has, by MRN, the stored ones that they were made from.
    """
    new = [patient for patient in patients if patient.mrn not in before]
    changed = [patient for patient in patients if patient.mrn in before]
    taken = insert_all(table(), [patient_item(tenant, patient) for patient in new])

    def change(patient: StoredPatient) -> bool:
        return put(patient_item(tenant, patient), "stamp = :held", {":held": {"S": before[patient.mrn].stamp}})

    kept = each(change, changed)
    overtaken = {patient.mrn for patient, was_put in zip(changed, kept, strict=True) if not was_put}
    return overtaken | {new[number].mrn for number in taken}


def find_patient(tenant: str, wanted: str) -> StoredPatient | None:
    """The patient with an id."""
    answer = client("dynamodb").get_item(TableName=table(), Key=patient_key(tenant, wanted), ConsistentRead=True)
    return patient_from(answer["Item"]) if "Item" in answer else None


def latest_visits(tenant: str, wanted: str, count: int) -> tuple[list[Visit], int]:
    """The latest visits of the patient with an id, newest first, and how many there are in all."""
    query = _list_query(visits_list(tenant, wanted))
    found = client("dynamodb").query(**query, ScanIndexForward=False, Limit=count + 1)["Items"]
    visits = [visit_from(item).visit for item in found[:count]]
    return visits, len(found) if len(found) <= count else _count(query)


def count_patients(tenant: str, names: NamePrefix) -> int:
    """How many patients have such names."""
    return sum(each(_count, _patient_queries(tenant, names)))


def list_patients(tenant: str, names: NamePrefix, skip: int, count: int) -> list[StoredPatient]:
    """Up to `count` patients with such names, by last and first name, after the first `skip` of them."""
    shards = [_listed(query, skip + count) for query in _patient_queries(tenant, names)]
    merged = heapq.merge(*shards, key=lambda item: item["list_order"]["S"])
    keys = [{"pk": item["pk"], "sk": item["sk"]} for number, item in enumerate(merged) if skip <= number < skip + count]
    found = {item["pk"]["S"]: patient_from(item) for item in read_all(table(), keys)}
    return [found[key["pk"]["S"]] for key in keys]


def _patient_queries(tenant: str, names: NamePrefix) -> list[dict[str, Any]]:
    queries = [_list_query(patients_list(tenant, shard), folded(names.last)) for shard in range(SHARDS)]
    if names.first:
        for query in queries:
            query["FilterExpression"] = "begins_with(first_folded, :first)"
            query["ExpressionAttributeValues"][":first"] = {"S": folded(names.first)}
    return queries


def _list_query(name: str, prefix: str = "") -> dict[str, Any]:
    condition, values = "#list = :list", {":list": {"S": name}}
    if prefix:
        condition, values = f"{condition} AND begins_with(list_order, :prefix)", values | {":prefix": {"S": prefix}}
    return {
        "TableName": table(),
        "IndexName": "by_list",
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#list": "list"},
        "ExpressionAttributeValues": values,
    }


def _count(query: dict[str, Any]) -> int:
    pages = client("dynamodb").get_paginator("query").paginate(**query, Select="COUNT")
    return sum(page["Count"] for page in pages)


def _listed(query: dict[str, Any], count: int) -> Iterator[Item]:
    size = {"PageSize": min(count, 1000)} if "FilterExpression" not in query else {}
    pages = client("dynamodb").get_paginator("query").paginate(**query, PaginationConfig=size)
    for page in pages:
        yield from page["Items"]

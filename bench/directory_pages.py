"""CPU of a page of patients and of a medical record, among 100 and among 100,000 patients of the directory.

The patients are written directly to the table; a quarter of them have the doctor, half the institution and a quarter a
name with the beginning that is asked for, so that each page is full. The record has 40 entries.
"""

import contextlib
import itertools
import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.built_code import measured, report
from bench.examples import event_of
from bench.figures import ROUNDS, Row

FEW, MANY = 100, 100_000
CALLS, TRIES = 3, 15
"""Few, because the emulator looks at every item of the table to answer a Query of an index, and may answer too late."""
PAGE, ENTRIES = 20, 40
PAGES = {
    "by name": {"last_name": "Moor"},
    "of a doctor": {"doctor_id": "d-1"},
    "of an institution": {"institution_id": "i-1"},
}
LIMIT_RATIO, LIMIT_CALLS, LIMIT_MS = 1.25, 4, 20.0
PATIENT_ID, _VERSION = f"{1:032x}", "2026-01-01T00:00:00.000+00:00"


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Ratios of the pages and of the record, and what the record costs among many: calls of DynamoDB and CPU ms."""
    few, many = measured(outputs, "bench.directory_pages")
    for name in (*PAGES, "record"):
        ratios = [a / b for a, b in zip(many[name], few[name], strict=True)]
        title = "medical record" if name == "record" else f"page of patients {name}"
        yield Row(f"{title}, {MANY:,} patients / {FEW}", ratios, LIMIT_RATIO)
    yield Row(f"medical record of {ENTRIES} entries, calls of DynamoDB", many["calls"], LIMIT_CALLS)
    yield Row(f"medical record of {ENTRIES} entries, CPU", many["record"], LIMIT_MS, "ms")
    yield Row(f"page of {PAGE} patients by name, CPU", many["by name"], None, "ms")


def measure() -> list[dict[str, list[float]]]:
    """CPU ms of the median call of each round, and the calls of a record: among few patients, and among many."""
    tenants = [f"pages-{size}-{time.time():.0f}" for size in (FEW, MANY)]
    for tenant, size in zip(tenants, (FEW, MANY), strict=True):
        fill(tenant, size)
    found: list[dict[str, list[float]]] = [{}, {}]
    # One after the other in each round, so that what else the machine does meets both.
    for _ in range(ROUNDS):
        for tenant, figures in zip(tenants, found, strict=True):
            for name, call in _calls(tenant).items():
                figures.setdefault(name, []).append(_median(call))
            figures.setdefault("calls", []).append(_count(_calls(tenant)["record"]))
    return found


def _calls(tenant: str) -> dict[str, Callable[[], None]]:
    from patients import get_patient_record, list_directory_patients

    def page(query: dict[str, str]) -> None:
        event = event_of("patients/list_directory_patients", tenant)
        event["queryStringParameters"] = query | {"limit": str(PAGE)}
        answer = list_directory_patients.handler(event, None)
        _check(answer, is_complete=len(json.loads(answer["body"]).get("items", ())) == PAGE)

    def record() -> None:
        event = event_of("patients/get_patient_record", tenant)
        event["pathParameters"] = {"id": PATIENT_ID}
        answer = get_patient_record.handler(event, None)
        _check(answer, is_complete=len(json.loads(answer["body"]).get("conditions", ())) == ENTRIES)

    return {name: lambda query=query: page(query) for name, query in PAGES.items()} | {"record": record}


class _Unanswered(Exception):
    """The emulator answered too late."""


def _check(answer: dict[str, Any], *, is_complete: bool) -> None:
    if answer["statusCode"] == 503:
        raise _Unanswered
    if answer["statusCode"] != 200 or not is_complete:
        raise SystemExit(f"a call was answered {answer['statusCode']}: {answer['body'][:300]}")


def _median(call: Callable[[], None]) -> float:
    seconds: list[float] = []
    for _ in range(TRIES):
        began = time.process_time()
        with contextlib.suppress(_Unanswered):
            call()
            seconds.append(time.process_time() - began)
        if len(seconds) == CALLS:
            return statistics.median(seconds) * 1000
    raise SystemExit(f"the emulator answered only {len(seconds)} of {TRIES} calls in time")


def _count(call: Callable[[], None]) -> float:
    """How many calls of DynamoDB a call makes."""
    from payerworks.aws import client

    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb", note)
    try:
        call()
    finally:
        events.unregister("before-call.dynamodb", note)
    return len(made)


def fill(tenant: str, size: int) -> None:
    """Store patients, one of them with a record of ENTRIES entries: PATIENT_ID."""
    from directory.people.items import TABLE
    from directory.people.person import Person
    from directory.people.relations import Sight
    from patients.entries import repository
    from patients.entries.entry import Entry
    from payerworks.batches import write_all

    requests = ({"PutRequest": {"Item": item}} for item in _items(tenant, size))
    while some := list(itertools.islice(requests, 1_000)):
        write_all(TABLE, some)
    patient = Person(tenant, "patient", PATIENT_ID, "u-1", {})
    for number in range(ENTRIES):
        members = {"name": f"Condition {number}", "since": f"20{number % 25:02}-01-01"}
        entry = Entry("conditions", f"{number:032x}", members, 1, "u-1", _VERSION)
        repository.commit_entry(Sight(patient, []), entry, "created", "bench")


def _items(tenant: str, size: int) -> Iterator[dict[str, Any]]:
    from directory.people.items import item_of
    from directory.people.person import Person
    from patients.patient.kind import PATIENT

    for number in range(size):
        profile = {
            "first_name": f"Pat {number}",
            "last_name": ("Moor", "Field", "Hill", "Lake")[number % 4],
            "date_of_birth": "1980-01-02",
            "doctor_id": f"d-{number // 4 % 4}",
            "institution_id": f"i-{number % 2}",
            "contact_email": f"patient{number}@example.com",
            "mrn": f"M-{number}",
            "subscriber_number": f"S-{number}",
            "validation_status": "full_access",
        }
        email = {"id": "1", "email_address": profile["contact_email"], "type": "work", "is_primary": True}
        contacts = {"emails": [email | {"is_verified": False}]}
        ids = (tenant, "patient", f"{number:032x}", f"u-{number}")
        yield item_of(PATIENT, Person(*ids, profile, contacts, 1, _VERSION, _VERSION))  # type: ignore[arg-type]


if __name__ == "__main__":
    report(measure)

"""Each call on patient data is one entry of the ledger, also when a function is killed at any step.

A call is killed before each of its requests to AWS. Then, if it has changed anything, the ledger has one entry of it
that names the patient; and if its caller got an answer, the ledger has one with its status.
"""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from appointments import create_appointment, get_appointment, list_appointments, update_appointment
from claims import create_claims, get_claim, list_claims, void_claim
from doctors import list_own_patients
from intake import get_ingest_job, ingest_records
from patients import (
    create_patient,
    create_patient_entry,
    delete_patient,
    get_directory_patient,
    get_patient_record,
    list_directory_patients,
    restore_patient,
    update_patient,
    update_patient_contacts,
    update_patient_notes,
    validate_patient,
)
from payerworks import sqs
from payerworks.aws import client, session
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.settings import settings
from tests.unit.audit.audit import entries, killed_before, settle, settle_in_disorder, waiting
from tests.unit.claims.totals import CLAIM
from tests.unit.directory.people import call, context_of
from tests.unit.interleaving import Killed
from tests.unit.patients.patients import doctor, email, logged_in, new_patient, patient, treated

RECORD = {
    "mrn": "mrn-1",
    "first_name": "Ada",
    "last_name": "Field",
    "birth_date": "1990-02-14",
    "visit_account_number": "v-1",
    "visit_date": "2026-01-01",
    "reason": "checkup",
}


def snapshot() -> dict[str, list[str]]:
    """What is stored, without the markers of idempotency keys."""
    tables = ("directory", "claims", "intake")
    stored = {
        table: sorted(repr(item) for item in client("dynamodb").scan(TableName=settings().tables[table])["Items"])
        for table in tables
    }
    listed = client("s3").list_objects_v2(Bucket=settings().intake_bucket).get("Contents", [])
    return stored | {"files": [each["Key"] for each in listed]}


Made = tuple[Callable[[], dict[str, Any]], Callable[[], str]]
"""A call, and whose data it writes: known once it was made, as it may be the call that makes it."""


def creation() -> Made:
    body = new_patient(doctor_id=doctor().person_id)

    def whose() -> str:
        items = client("dynamodb").scan(TableName=settings().tables["directory"])["Items"]
        [made] = [item for item in items if body["contact_email"] in item.get("profile", {}).get("S", "")]
        return f"patient:{made['pk']['S'].rpartition('#')[2]}"

    return lambda: call(create_patient.handler, "patients/create_patient", body=body), whose


def of_patient(handler: Any, name: str, body: Any = None, **changes: Any) -> Callable[[], Made]:
    def prepare() -> Made:
        found = patient(doctor_id=doctor().person_id)
        path = {"id": found["id"]}
        given = {"body": body} if body else {}
        return lambda: call(
            handler, f"patients/{name}", path=path, **given, **changes
        ), lambda: f"patient:{found['id']}"

    return prepare


def of_doctor(handler: Any, name: str, body: Any, **path: str) -> Callable[[], Made]:
    def prepare() -> Made:
        found, _, token = treated()
        given = {"path": {"id": found["id"], **path}, "body": body}
        return lambda: call(handler, f"patients/{name}", token, **given), lambda: f"patient:{found['id']}"

    return prepare


def restoration() -> Made:
    call_it, whose = of_patient(delete_patient.handler, "delete_patient")()
    assert call_it()["statusCode"] == 204
    path = {"id": whose().partition(":")[2]}
    return lambda: call(restore_patient.handler, "patients/restore_patient", path=path), whose


def broken_glass() -> Made:
    found, stranger = patient(doctor_id=doctor().person_id), logged_in(email(doctor()))
    given = {"path": {"id": found["id"]}, "headers": {"X-Break-Glass": "unconscious"}}
    name = "patients/get_patient_record"
    return lambda: call(get_patient_record.handler, name, stranger, **given), lambda: f"patient:{found['id']}"


def appointment_body() -> dict[str, Any]:
    own = doctor(professional_status="active", specialty_id="cardiology")
    found = patient(doctor_id=own.person_id)
    return {"doctor_id": own.person_id, "patient_id": found["id"], "start": "2099-12-01T09:00:00Z", "minutes": 30}


def booking() -> Made:
    body = appointment_body()
    name = "appointments/create_appointment"
    return lambda: call(create_appointment.handler, name, body=body), lambda: f"patient:{body['patient_id']}"


def rebooking() -> Made:
    book, whose = booking()
    path, name = {"id": book()["json"]["id"]}, "appointments/update_appointment"
    return lambda: call(update_appointment.handler, name, path=path, body={"status": "cancelled"}), whose


def claim() -> Made:
    number = f"subscriber:{CLAIM['subscriber_number']}"
    return lambda: call(create_claims.handler, "claims/create_claims", body=CLAIM), lambda: number


def voided() -> Made:
    post, whose = claim()
    path = {"id": post()["json"]["id"]}
    return lambda: call(void_claim.handler, "claims/void_claim", path=path), whose


def ingestion() -> Made:
    from intake.registry.registry_items import patient_id_of

    whose = f"registry-patient:{patient_id_of('acme', 'mrn-1')}"
    return lambda: call(ingest_records.handler, "intake/ingest_records", body=[RECORD]), lambda: whose


STEP = {"status": "validated_by_doctor", "reason": "papers seen"}
WRITES: dict[str, Callable[[], Made]] = {
    "create_patient": creation,
    "update_patient": of_patient(update_patient.handler, "update_patient", {"last_name": "Moor"}),
    "update_patient_contacts": of_patient(
        update_patient_contacts.handler,
        "update_patient_contacts",
        {"phones": [{"number": "+15551234567", "is_primary": True}]},
    ),
    "delete_patient": of_patient(delete_patient.handler, "delete_patient"),
    "restore_patient": restoration,
    "validate_patient": of_doctor(validate_patient.handler, "validate_patient", STEP),
    "create_patient_entry": of_doctor(
        create_patient_entry.handler, "create_patient_entry", {"name": "Hypertension"}, kind="conditions"
    ),
    "update_patient_notes": of_doctor(update_patient_notes.handler, "update_patient_notes", {"notes": "Measure."}),
    "get_patient_record": broken_glass,
    "create_appointment": booking,
    "update_appointment": rebooking,
    "create_claims": claim,
    "void_claim": voided,
    "ingest_records": ingestion,
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("operation", WRITES)
def test_a_write_that_is_killed_anywhere_is_in_the_ledger_once_if_it_wrote(
    operation: str, environment: Callable[..., None]
) -> None:
    environment(BREAK_GLASS="true")
    wrote, killed = 0, True
    for number in itertools.count():
        write, whose = WRITES[operation]()
        settle()
        before, known = snapshot(), len(entries())
        try:
            with killed_before(number):
                answer = write()
        except Killed:
            pass
        else:
            killed = False
        settle()
        added = entries()[known:]
        if snapshot() != before:
            [entry] = added
            assert entry["operation"] == operation
            assert whose() in entry["subjects"]
            assert entry["outcome"] == (None if killed else answer["statusCode"])
            wrote += killed
        if not killed:
            assert answer["statusCode"] in (200, 201, 202, 204), answer
            break
        assert len(added) <= 1
    assert wrote  # at least one of the kills came after the write


@pytest.mark.usefixtures("aws")
def test_the_entry_says_who_did_what_to_whom_and_why_by_what_device() -> None:
    found, _, token = treated()
    settle()
    headers = {"User-Agent": "Firefox\n", "X-Request-Id": "r-1"}
    given = {"path": {"id": found["id"]}, "body": STEP, "headers": headers}
    assert call(validate_patient.handler, "patients/validate_patient", token, **given)["statusCode"] == 200
    known = len(entries())
    settle()
    [entry] = entries()[known:]
    caller = context_of(token) or {}
    assert entry["user"] == caller["user_id"]
    assert (entry["user_type"], entry["roles"], entry["person"]) == ("doctor", [], caller["reference_id"])
    assert (entry["operation"], entry["access"], entry["outcome"]) == ("validate_patient", "write", 200)
    assert (entry["path"], entry["subjects"]) == ({"patient": found["id"]}, [f"patient:{found['id']}"])
    assert (entry["reason"], entry["request_id"]) == ("papers seen", "r-1")
    assert (entry["address"], entry["device"]) == ("127.0.0.1", "Firefox")


REPEATED: dict[str, Callable[[], tuple[Any, str, str, dict[str, Any]]]] = {
    "a patient that it made": lambda: (
        create_patient.handler,
        "patients/create_patient",
        "",
        {"body": new_patient(doctor_id=doctor().person_id)},
    ),
    "a patient of its path": lambda: (
        validate_patient.handler,
        "patients/validate_patient",
        (treated_ := treated())[2],
        {"path": {"id": treated_[0]["id"]}, "body": STEP},
    ),
    "a patient of its body": lambda: (
        create_appointment.handler,
        "appointments/create_appointment",
        "",
        {"body": appointment_body()},
    ),
    "a subscriber": lambda: (create_claims.handler, "claims/create_claims", "", {"body": CLAIM}),
    "a subscriber of a stored claim": lambda: (
        void_claim.handler,
        "claims/void_claim",
        "",
        {"path": {"id": call(create_claims.handler, "claims/create_claims", body=CLAIM)["json"]["id"]}},
    ),
    "more than an entry names": lambda: (
        ingest_records.handler,
        "intake/ingest_records",
        "",
        {"body": [RECORD | {"mrn": f"m{n}", "visit_account_number": f"v{n}"} for n in range(150)]},
    ),
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("of", REPEATED)
def test_a_repeat_that_is_answered_from_memory_names_whom_the_first_call_named(of: str) -> None:
    handler, name, token, given = REPEATED[of]()
    waiting()
    given |= {"headers": {"Idempotency-Key": "once"}}
    first, again = call(handler, name, token, **given), call(handler, name, token, **given)
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert again["statusCode"] == first["statusCode"]
    told, repeated = (message for message in waiting() if message["outcome"] is not None)
    assert repeated["subjects"] == told["subjects"] != []
    assert repeated["subject_count"] == told["subject_count"] >= len(told["subjects"])
    assert repeated["call"] != told["call"]


@contextmanager
def no_queue(monkeypatch: pytest.MonkeyPatch, first: int = 0) -> Iterator[None]:
    """The queue takes nothing from its message with this number on."""
    sent = itertools.count()

    def refuse(**_: Any) -> None:
        if next(sent) >= first:
            raise ConnectionError

    emitter = session().get_component("event_emitter")
    emitter.register_first("before-send.sqs.SendMessage", refuse)
    monkeypatch.setattr(sqs, "SECONDS", MARGIN_SECONDS)  # one try
    try:
        yield
    finally:
        emitter.unregister("before-send.sqs.SendMessage", refuse)


@pytest.mark.usefixtures("aws")
def test_a_read_whose_entry_cannot_be_handed_over_is_503_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = patient()
    with no_queue(monkeypatch):
        answer = call(get_directory_patient.handler, "patients/get_directory_patient", path={"id": found["id"]})
    assert answer["statusCode"] == 503
    assert found["last_name"] not in answer["body"]
    assert "ETag" not in answer["headers"]


@pytest.mark.usefixtures("aws")
def test_a_write_that_cannot_be_announced_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = patient()
    before = snapshot()
    with no_queue(monkeypatch):
        given = {"path": {"id": found["id"]}, "body": {"last_name": "Moor"}}
        assert call(update_patient.handler, "patients/update_patient", **given)["statusCode"] == 503
    assert snapshot() == before


@pytest.mark.usefixtures("aws")
def test_a_write_whose_entry_cannot_be_handed_over_is_503_and_in_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    found = patient()
    settle()
    known = len(entries())
    with no_queue(monkeypatch, first=1):
        given = {"path": {"id": found["id"]}, "body": {"last_name": "Moor"}}
        assert call(update_patient.handler, "patients/update_patient", **given)["statusCode"] == 503
    settle()
    [entry] = entries()[known:]
    assert (entry["operation"], entry["outcome"]) == ("update_patient", None)
    assert entry["subjects"] == [f"patient:{found['id']}"]


@pytest.mark.usefixtures("aws")
def test_what_is_answered_as_not_there_is_an_entry_and_a_call_without_the_right_is_none() -> None:
    token = logged_in(email(doctor()))
    waiting()
    name = "patients/get_directory_patient"
    assert call(get_directory_patient.handler, name, token, path={"id": "x"})["statusCode"] == 404
    assert [message["outcome"] for message in waiting()] == [404]
    assert call(list_directory_patients.handler, "patients/list_directory_patients", token)["statusCode"] == 403
    assert waiting() == []


class Practice:
    """A doctor, patients, appointments and claims, and calls on them by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.doctor = doctor()
        self.token = logged_in(email(self.doctor))
        self.patients = [patient(doctor_id=self.doctor.person_id)["id"] for _ in range(3)]
        self.claims: list[str] = []
        self.appointments: list[str] = []
        self.number = 0

    def call(self) -> dict[str, Any]:
        calls = (
            self._read,
            self._record,
            self._list,
            self._own,
            self._update,
            self._note,
            self._post_claim,
            self._read_claim,
            self._void,
            self._book,
            self._appointments,
            self._cancel,
            self._ingest,
        )
        self.number += 1
        return self.chance.choice(calls)()

    def _call(self, handler: Any, name: str, token: str = "", **changes: Any) -> dict[str, Any]:
        return call(handler, name, token, headers={"X-Request-Id": f"call-{self.number}"}, **changes)

    def _patient(self) -> dict[str, str]:
        return {"id": self.chance.choice([*self.patients, "unknown"])}

    def _claim(self) -> dict[str, str]:
        return {"id": self.chance.choice([*self.claims, "0" * 32])}

    def _appointment(self) -> dict[str, str]:
        return {"id": self.chance.choice([*self.appointments, "unknown"])}

    def _read(self) -> dict[str, Any]:
        return self._call(get_directory_patient.handler, "patients/get_directory_patient", path=self._patient())

    def _record(self) -> dict[str, Any]:
        return self._call(get_patient_record.handler, "patients/get_patient_record", self.token, path=self._patient())

    def _list(self) -> dict[str, Any]:
        return self._call(list_directory_patients.handler, "patients/list_directory_patients")

    def _own(self) -> dict[str, Any]:
        return self._call(list_own_patients.handler, "doctors/list_own_patients", self.token)

    def _update(self) -> dict[str, Any]:
        body = {"last_name": self.chance.choice(["Field", "Moor", ""])}
        return self._call(update_patient.handler, "patients/update_patient", path=self._patient(), body=body)

    def _note(self) -> dict[str, Any]:
        body = {"notes": str(self.chance.random())}
        name = "patients/update_patient_notes"
        return self._call(update_patient_notes.handler, name, self.token, path=self._patient(), body=body)

    def _post_claim(self) -> dict[str, Any]:
        answer = self._call(create_claims.handler, "claims/create_claims", body=CLAIM)
        self.claims.append(answer["json"]["id"])
        return answer

    def _read_claim(self) -> dict[str, Any]:
        handler = self.chance.choice([get_claim.handler, list_claims.handler])
        if handler is list_claims.handler:
            return self._call(handler, "claims/list_claims")
        return self._call(handler, "claims/get_claim", path=self._claim())

    def _void(self) -> dict[str, Any]:
        return self._call(void_claim.handler, "claims/void_claim", path=self._claim())

    def _book(self) -> dict[str, Any]:
        start = f"2099-12-{self.chance.randint(1, 28):02}T{self.chance.randint(0, 23):02}:00:00Z"
        body = {"doctor_id": self.doctor.person_id, "patient_id": self._patient()["id"], "start": start, "minutes": 30}
        answer = self._call(create_appointment.handler, "appointments/create_appointment", body=body)
        if answer["statusCode"] == 201:
            self.appointments.append(answer["json"]["id"])
        return answer

    def _appointments(self) -> dict[str, Any]:
        if self.chance.random() < 0.5:
            query = {"doctor_id": self.doctor.person_id}
            return self._call(list_appointments.handler, "appointments/list_appointments", query=query)
        return self._call(get_appointment.handler, "appointments/get_appointment", path=self._appointment())

    def _cancel(self) -> dict[str, Any]:
        name = "appointments/update_appointment"
        return self._call(update_appointment.handler, name, path=self._appointment(), body={"status": "cancelled"})

    def _ingest(self) -> dict[str, Any]:
        if self.chance.random() < 0.5:
            return self._call(ingest_records.handler, "intake/ingest_records", body=[RECORD])
        return self._call(get_ingest_job.handler, "intake/get_ingest_job", path={"task_id": "unknown"})


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("calls", [100, pytest.param(500, marks=pytest.mark.long)])
def test_the_entries_of_a_random_run_are_its_operations_also_when_functions_are_killed(calls: int) -> None:
    chance = random.Random(calls)
    practice = Practice(chance)
    settle()
    known = len(entries())
    outcomes: dict[str, int | None] = {}
    left_out = set()
    for _ in range(calls):
        before = snapshot() if chance.random() < 0.4 else None
        try:
            with killed_before(chance.randint(1, 4)) if before else ExitStack():
                status = practice.call()["statusCode"]
        except Killed:
            if snapshot() == before:
                left_out.add(f"call-{practice.number}")  # it did nothing: its entry is there if it was announced
            else:
                outcomes[f"call-{practice.number}"] = None
        else:
            outcomes[f"call-{practice.number}"] = status
        if chance.random() < 0.1:
            settle_in_disorder(chance)
    settle_in_disorder(chance)
    added = entries()[known:]
    firsts = [entry["request_id"] for entry in added if "amends" not in entry]
    assert len(set(firsts)) == len(firsts)
    assert set(firsts) - left_out == outcomes.keys()
    assert {entry["request_id"]: entry["outcome"] for entry in added if entry["request_id"] in outcomes} == outcomes
    assert list(outcomes.values()).count(None) >= calls // 100
    assert len(left_out) >= calls // 20

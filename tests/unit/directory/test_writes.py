"""Every write of the directory is one transaction, beside what a key of the request and the counting of logins need."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from appointments import create_appointment, update_appointment
from doctors import create_doctor, delete_doctor, restore_doctor, update_doctor, update_doctor_contacts
from institutions import create_institution, update_institution
from patients import (
    create_patient,
    create_patient_entry,
    delete_patient_entry,
    update_patient,
    update_patient_entry,
    update_patient_notes,
    validate_patient,
)
from payerworks.aws import client
from tests.unit.appointments.appointments import START
from tests.unit.directory.people import call, doctor, institution, logged_in, new_doctor, new_institution
from tests.unit.patients.entries import add, entry
from tests.unit.patients.patients import new_patient, patient

_READS = {"GetItem", "BatchGetItem", "Query"}


class People:
    """A doctor of an institution with a patient, and what the doctor wrote."""

    def __init__(self) -> None:
        self.institution = institution()
        self.doctor = doctor(institution_id=self.institution["id"])
        self.patient = patient(doctor_id=self.doctor["id"])
        self.token = logged_in(self.doctor["contact_email"])
        entry_id = add(self.patient["id"], token=self.token)["json"]["id"]
        self.of_entry = {"id": self.patient["id"], "kind": "conditions", "entry_id": entry_id}

    def book(self) -> dict[str, Any]:
        body = {"doctor_id": self.doctor["id"], "patient_id": self.patient["id"], "start": START, "minutes": 30}
        return call(create_appointment.handler, "appointments/create_appointment", body=body)

    def put(self, handler: Any, name: str, person: dict[str, Any], **body: Any) -> dict[str, Any]:
        return call(handler, name, path={"id": person["id"]}, body=body)


def writes(act: Callable[[], dict[str, Any]]) -> Counter[str]:
    """The operations with which a call writes; it must succeed."""
    made: Counter[str] = Counter()
    events = client("dynamodb").meta.events

    def note(model: Any, **_: Any) -> None:
        made.update({model.name} - _READS)

    events.register("before-call.dynamodb", note)
    try:
        answer = act()
    finally:
        events.unregister("before-call.dynamodb", note)
    assert answer["statusCode"] < 300, answer
    return made


WRITES: dict[str, Callable[[People], dict[str, Any]]] = {
    "an institution is made": lambda _: call(
        create_institution.handler, "institutions/create_institution", body=new_institution()
    ),
    "a doctor is made": lambda people: call(
        create_doctor.handler, "doctors/create_doctor", body=new_doctor(institution_id=people.institution["id"])
    ),
    "a patient is made": lambda people: call(
        create_patient.handler, "patients/create_patient", body=new_patient(doctor_id=people.doctor["id"])
    ),
    "an institution changes": lambda people: people.put(
        update_institution.handler, "institutions/update_institution", people.institution, license_number="N-2"
    ),
    "a doctor changes": lambda people: people.put(
        update_doctor.handler, "doctors/update_doctor", people.doctor, medical_license="N-2"
    ),
    "a patient changes": lambda people: people.put(
        update_patient.handler, "patients/update_patient", people.patient, institution_id=people.institution["id"]
    ),
    "contacts change": lambda people: people.put(
        update_doctor_contacts.handler,
        "doctors/update_doctor_contacts",
        people.doctor,
        emails=[{"email_address": "new@example.com", "is_primary": True}],
    ),
    "a doctor with a session is deleted": lambda people: people.put(
        delete_doctor.handler, "doctors/delete_doctor", people.doctor
    ),
    "a patient is validated": lambda people: call(
        validate_patient.handler,
        "patients/validate_patient",
        people.token,
        path={"id": people.patient["id"]},
        body={"status": "validated_by_doctor"},
    ),
    "an entry is added": lambda people: call(
        create_patient_entry.handler,
        "patients/create_patient_entry",
        people.token,
        path={"id": people.patient["id"], "kind": "allergies"},
        body=entry(),
    ),
    "an entry is corrected": lambda people: call(
        update_patient_entry.handler,
        "patients/update_patient_entry",
        people.token,
        path=people.of_entry,
        body={"name": "New"},
    ),
    "an entry is deleted": lambda people: call(
        delete_patient_entry.handler, "patients/delete_patient_entry", people.token, path=people.of_entry
    ),
    "notes are written": lambda people: call(
        update_patient_notes.handler,
        "patients/update_patient_notes",
        people.token,
        path={"id": people.patient["id"]},
        body={"notes": "Sleeps badly."},
    ),
    "an appointment is made": lambda people: people.book(),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_one_transaction(aws: botocore.session.Session, write: str) -> None:
    people = People()
    assert writes(lambda: WRITES[write](people)) == {"TransactWriteItems": 1}


def test_a_restore_and_a_move_of_an_appointment_are_one_transaction(aws: botocore.session.Session) -> None:
    people = People()
    path, body = {"id": people.book()["json"]["id"]}, {"start": "2026-12-31T23:45Z"}
    name = "appointments/update_appointment"
    assert writes(lambda: call(update_appointment.handler, name, path=path, body=body)) == {"TransactWriteItems": 1}
    people.put(delete_doctor.handler, "doctors/delete_doctor", people.doctor)
    restored = writes(lambda: people.put(restore_doctor.handler, "doctors/restore_doctor", people.doctor))
    assert restored == {"TransactWriteItems": 1}

"""Appointments, made by the API's own calls."""

from typing import Any

from appointments import create_appointment
from directory.people.person import Person
from tests.unit.directory.people import call, doctor, stored_patient

START = "2026-12-01T09:00:00-05:00"


def create(
    made: dict[str, Any], patient: Person, start: str = START, token: str = "", **changes: Any
) -> dict[str, Any]:
    """The answer to the call that makes an appointment of a doctor with a patient."""
    body = {"doctor_id": made["id"], "patient_id": patient.person_id, "start": start, "minutes": 30} | changes
    return call(create_appointment.handler, "appointments/create_appointment", token, body=body)


def appointment(made: dict[str, Any], patient: Person, start: str = START, minutes: int = 30) -> dict[str, Any]:
    """A new appointment, as the API answers it."""
    answer = create(made, patient, start, minutes=minutes)
    assert answer["statusCode"] == 201, answer["body"]
    booked: dict[str, Any] = answer["json"]
    return booked


def doctor_and_patient(**changes: Any) -> tuple[dict[str, Any], Person]:
    """A new doctor with a patient."""
    made = doctor(**changes)
    return made, stored_patient(doctor_id=made["id"])


def pointers(answer: dict[str, Any]) -> list[str]:
    """The places of the faults in an answer."""
    return [fault["pointer"] for fault in answer["json"].get("errors", [])]

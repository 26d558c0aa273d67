"""POST /api/v1/appointments: make an appointment of a doctor with one of the doctor's patients.

They are the doctor's own and those of the doctor's institution. A doctor has one appointment at a time.
"""

import hashlib

from appointments.access.visible import open_people
from appointments.appointment.appointment import Appointment, appointment_text
from appointments.appointment.models import NewAppointment
from appointments.changes.booking import booked, nobody
from appointments.storage import repository
from directory.people.relations import is_practising, treats
from directory.people.repository import Change
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="appointments.appointment.models.NewAppointment",
    answers={201: "appointments.appointment.models.AppointmentAnswer", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
    audit="appointment",
    announces=True,
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())

    def create(seed: str) -> Answer:
        return _answer(request, _create(request, value, _id_of(seed)))

    def resume(seed: str) -> Answer:
        stored = repository.get_appointment(request.tenant, _id_of(seed))
        return _answer(request, stored) if stored else create(seed)

    return idempotent(request, value, create, resume=resume)


def _id_of(seed: str) -> str:
    return hashlib.blake2b(f"appointment\n{seed}".encode(), digest_size=16).hexdigest()


def _create(request: Request, value: Json, appointment_id: str) -> Appointment:
    new = checked(NewAppointment, value, "The appointment is not valid.")
    at = now()
    ids = (request.tenant, appointment_id, new.doctor_id, new.patient_id)
    appointment = Appointment(*ids, new.start, new.minutes, created_at=at, updated_at=at)
    return booked(lambda: _add(request, appointment))


def _add(request: Request, appointment: Appointment) -> Appointment:
    people = open_people(request, doctor_id=appointment.doctor_id, patient_id=appointment.patient_id)
    doctor, patient = people.get(("doctor", appointment.doctor_id)), people.get(("patient", appointment.patient_id))
    is_others = request.user_type == "doctor" and appointment.doctor_id != request.reference_id
    if doctor is None or is_others or not is_practising(doctor):
        raise nobody("doctor", "is the id of no active doctor")
    if patient is None or not treats(doctor, patient):
        raise nobody("patient", "is the id of no patient of the doctor")
    request.trail.concern("patient", appointment.patient_id)
    request.trail.announce()
    repository.add_appointment(appointment, doctor, patient, Change("created", request.user_id, request.id))
    return appointment


def _answer(request: Request, appointment: Appointment) -> Answer:
    headers = {"Location": f"appointments/{appointment.appointment_id}", "ETag": appointment.etag}
    log = {"appointment_id": appointment.appointment_id}
    return request.preferred(Answer(201, appointment_text(appointment), headers, log=log))

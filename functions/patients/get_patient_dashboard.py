"""GET /api/v1/patients/{id}/dashboard: age, BMI, health score, conditions, medications and next appointment."""

import datetime

from appointments.appointment.appointment import Appointment
from appointments.storage.repository import AppointmentFilter, list_appointments
from directory.people.person import Person
from patients.entries.repository import read_entries
from patients.health.dashboard import dashboard
from patients.record.break_glass import readable_patient
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "patients.health.models.Dashboard"}, errors=(404,), headers=("X-Break-Glass",), audit="patient"
)
def handler(request: Request) -> Answer:
    patient = readable_patient(request)
    entries = read_entries(request.tenant, patient.person_id)
    now = datetime.datetime.now(datetime.UTC)
    return Answer(200, json_text.write(dashboard(patient, entries, _next_appointment(patient, now), now.date())))


def _next_appointment(patient: Person, now: datetime.datetime) -> Appointment | None:
    wanted = AppointmentFilter({"patient_id": patient.person_id, "status": "scheduled"}, first=now)
    return next(iter(list_appointments(patient.tenant, wanted, None, 1).appointments), None)

"""GET /api/v1/patients/{id}/dashboard: age, body mass index, health score, conditions and medications of a patient."""

import datetime

from patients.entries.repository import read_entries
from patients.health.dashboard import dashboard
from patients.record.break_glass import readable_patient
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "patients.health.models.Dashboard"}, errors=(404,), headers=("X-Break-Glass",))
def handler(request: Request) -> Answer:
    patient = readable_patient(request)
    entries = read_entries(request.tenant, patient.person_id)
    today = datetime.datetime.now(datetime.UTC).date()
    return Answer(200, json_text.write(dashboard(patient, entries, today)))

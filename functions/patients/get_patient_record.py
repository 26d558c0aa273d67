"""GET /api/v1/patients/{id}/medical-record: all that is known of a patient's health.

The claims are part of it for callers who may list claims.
"""

from patients.record.break_glass import readable_patient
from patients.record.medical_record import record_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "patients.record.models.MedicalRecord"}, errors=(404,), headers=("X-Break-Glass",), audit="patient"
)
def handler(request: Request) -> Answer:
    return record_answer(request, readable_patient(request))

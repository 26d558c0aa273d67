"""GET /api/v1/doctors/me/patients/{id}/medical-record: the medical record of a patient whom the doctor sees."""

from directory.people.relations import person_in_path
from patients.record.medical_record import record_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "patients.record.models.MedicalRecord"}, errors=(404,), audit="patient")
def handler(request: Request) -> Answer:
    return record_answer(request, person_in_path(request, "patient"))

"""POST /api/v1/patients/{id}/restore: undo the deletion of a patient."""

from directory.people.changes import restore_person
from patients.patient.kind import PATIENT
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "patients.patient.models.DirectoryPatient", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    audit="patient",
)
def handler(request: Request) -> Answer:
    return restore_person(request, PATIENT)

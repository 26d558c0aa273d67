"""POST /api/v1/doctors/{id}/restore: undo the deletion of a doctor."""

from directory.people.changes import restore_person
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "doctors.doctor.models.Doctor", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    return restore_person(request, DOCTOR)

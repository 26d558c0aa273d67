"""GET /api/v1/doctors/{id}: a doctor."""

from directory.people.person import person_answer
from directory.people.relations import person_in_path
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "doctors.doctor.models.Doctor", 304: None}, errors=(404,), headers=("If-None-Match",))
def handler(request: Request) -> Answer:
    doctor = person_in_path(request, "doctor")
    return not_modified(request, doctor.etag) or person_answer(doctor)

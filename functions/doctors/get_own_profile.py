"""GET /api/v1/doctors/me/profile: the doctor that the caller is."""

from directory.people.person import person_answer
from directory.people.relations import own_person
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "doctors.doctor.models.Doctor", 304: None}, errors=(404,), headers=("If-None-Match",))
def handler(request: Request) -> Answer:
    doctor = own_person(request, "doctor")
    return not_modified(request, doctor.etag) or person_answer(doctor)

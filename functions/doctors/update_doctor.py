"""PUT /api/v1/doctors/{id}: change the given members of a doctor; null takes one away.

A doctor can change its own name, e-mail, specialty, experience, fee and time zone.
"""

from directory.people.changes import update_person
from directory.people.relations import person_in_path
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="doctors.doctor.models.DoctorChanges",
    answers={200: "doctors.doctor.models.Doctor", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "doctor"
    return update_person(request, DOCTOR, lambda: person_in_path(request, "doctor"), is_own=is_own)

"""PUT /api/v1/doctors/me/profile: change the given members of the doctor that the caller is; null takes one away.

These are name, e-mail, specialty, experience, fee and time zone; the others are the directory staff's.
"""

from directory.people.changes import update_person
from directory.people.relations import own_person
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="doctors.doctor.models.DoctorChanges",
    answers={200: "doctors.doctor.models.Doctor", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    return update_person(request, DOCTOR, lambda: own_person(request, "doctor"), is_own=True)

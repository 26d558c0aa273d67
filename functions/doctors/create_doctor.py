"""POST /api/v1/doctors: make a doctor with its user.

The user logs in with `contact_email` and `password`, or with `invite` chooses a password by a link.
"""

from directory.people.creation import create_person
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="doctors.doctor.models.NewDoctor",
    answers={201: "doctors.doctor.models.Doctor", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
)
def handler(request: Request) -> Answer:
    return create_person(request, DOCTOR)

"""POST /api/v1/patients: make a patient with its user.

The user logs in with `contact_email` and `password`, or with `invite` chooses a password by a link. The patient's
`validation_status` begins as `pending`.
"""

from directory.people.creation import create_person
from patients.patient.kind import PATIENT
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="patients.patient.models.NewPatient",
    answers={201: "patients.patient.models.DirectoryPatient", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
    audit="patient",
    announces=True,
)
def handler(request: Request) -> Answer:
    return create_person(request, PATIENT)

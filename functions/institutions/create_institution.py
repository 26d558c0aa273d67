"""POST /api/v1/institutions: make an institution with its user.

The user logs in with `contact_email` and `password`, or with `invite` chooses a password by a link.
"""

from directory.people.creation import create_person
from institutions.institution.kind import INSTITUTION
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="institutions.institution.models.NewInstitution",
    answers={201: "institutions.institution.models.Institution", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
)
def handler(request: Request) -> Answer:
    return create_person(request, INSTITUTION)

"""POST /api/v1/institutions/{id}/restore: undo the deletion of an institution."""

from directory.people.changes import restore_person
from institutions.institution.kind import INSTITUTION
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "institutions.institution.models.Institution", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    return restore_person(request, INSTITUTION)

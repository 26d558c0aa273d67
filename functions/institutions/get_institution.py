"""GET /api/v1/institutions/{id}: an institution."""

from directory.people.person import person_answer
from directory.people.relations import person_in_path
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "institutions.institution.models.Institution", 304: None}, errors=(404,), headers=("If-None-Match",)
)
def handler(request: Request) -> Answer:
    institution = person_in_path(request, "institution")
    return not_modified(request, institution.etag) or person_answer(institution)

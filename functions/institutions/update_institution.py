"""PUT /api/v1/institutions/{id}: change the given members of an institution; null takes one away.

An institution itself can change its name, e-mail, website and region.
"""

from directory.people.changes import update_person
from directory.people.relations import person_in_path
from institutions.institution.kind import INSTITUTION
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="institutions.institution.models.InstitutionChanges",
    answers={200: "institutions.institution.models.Institution", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "institution"
    return update_person(request, INSTITUTION, lambda: person_in_path(request, "institution"), is_own=is_own)

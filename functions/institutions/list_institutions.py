"""GET /api/v1/institutions: the tenant's institutions, by name."""

from directory.people.lists import people_answer
from institutions.institution.models import InstitutionListQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

_FILTERS = {"institution_type", "region", "is_verified", "is_active"}


@http_operation(
    query="institutions.institution.models.InstitutionListQuery",
    answers={200: "institutions.institution.models.InstitutionList"},
)
def handler(request: Request) -> Answer:
    params = query(InstitutionListQuery, request)
    until = params.accredited_until
    return people_answer(
        request,
        "institution",
        params.model_dump(include=_FILTERS),
        params,
        names={"name": params.name},
        latest={"accredited_until": until.isoformat() if until else None},
        deleted=params.deleted,
    )

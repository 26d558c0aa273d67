"""GET /claims: the tenant's claims, newest date of service first."""

from claims.claim.models import ClaimQuery
from claims.storage import list_repository
from claims.storage.list_repository import ClaimFilter
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query


@http_operation(query="claims.claim.models.ClaimQuery", answers={200: "claims.claim.models.ClaimList"}, audit="claim")
def handler(request: Request) -> Answer:
    params = query(ClaimQuery, request)
    claim_filter = ClaimFilter(
        params.provider_npi, params.subscriber_number, params.status, params.service_date_from, params.service_date_to
    )
    page = list_repository.list_claims(request.tenant, claim_filter, position(request, params.cursor), params.limit)
    request.trail.concern("subscriber", *(claim.subscriber_number for claim in page.claims))
    cursor = next_cursor(request, page.after) if page.after else None
    return list_answer(request, [claim.text for claim in page.claims], cursor)

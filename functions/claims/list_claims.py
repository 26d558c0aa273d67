"""GET /claims: the tenant's claims, newest date of service first."""

from claims.claim.models import ClaimQuery
from claims.storage import list_repository
from claims.storage.claim_filter import ClaimFilter
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query


@http_operation(query="claims.claim.models.ClaimQuery", answers={200: "claims.claim.models.ClaimList"})
def handler(request: Request) -> Answer:
    asked = query(ClaimQuery, request)
    wanted = ClaimFilter(
        asked.provider_npi, asked.subscriber_number, asked.status, asked.service_date_from, asked.service_date_to
    )
    page = list_repository.list_claims(request.tenant, wanted, position(request, asked.cursor), asked.limit)
    cursor = next_cursor(request, page.after) if page.after else None
    return list_answer(request, [claim.text for claim in page.claims], cursor)

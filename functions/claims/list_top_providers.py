"""GET /top-provider-npis: the providers with the highest total net fees."""

from claims.claim.models import MOST_TOP_PROVIDERS, TopProvidersQuery
from claims.totals import top_cache
from payerworks.http import http_operation
from payerworks.rate_limit import check_rate
from payerworks.request import Answer, Request
from payerworks.validation import query

CALLS_A_MINUTE = 10


@http_operation(
    query="claims.claim.models.TopProvidersQuery", answers={200: "claims.claim.models.TopProviders"}, errors=(429,)
)
def handler(request: Request) -> Answer:
    headers = check_rate(request, CALLS_A_MINUTE, 60)
    limit = query(TopProvidersQuery, request).limit
    shown = top_cache.read(request.tenant)
    if shown is None:
        shown = _from_table(request.tenant, limit)
    return Answer(200, f"[{','.join(shown[:limit])}]", headers)


def _from_table(tenant: str, limit: int) -> list[str]:
    # Imported here: what is copied needs none of it.
    from claims.totals import totals_repository
    from claims.totals.provider_totals import shown_total, top

    ticket = top_cache.take_ticket(tenant)
    wanted = MOST_TOP_PROVIDERS if ticket else limit
    shown = [shown_total(total) for total in top(totals_repository.top_totals(tenant, wanted), wanted)]
    if ticket:
        top_cache.fill(tenant, ticket, shown)
    return shown

"""GET /top-provider-npis: the providers with the highest total net fees."""

from claims.claim.models import MOST_TOP_PROVIDERS, TopProvidersQuery
from payerworks.cache import recall, remember
from payerworks.http import Answer, Request, http_operation
from payerworks.rate_limit import check_rate
from payerworks.validation import query

CALLS_A_MINUTE = 10
COPY_SECONDS = 5
"""How old the list may be: reading it costs the same however many claims there are."""


@http_operation(
    query="claims.claim.models.TopProvidersQuery", answers={200: "claims.claim.models.TopProviders"}, errors=(429,)
)
def handler(request: Request) -> Answer:
    headers = check_rate(request, CALLS_A_MINUTE, 60)
    limit = query(TopProvidersQuery, request).limit
    key = f"{request.tenant}#top"
    lines = recall(key)
    if lines is None:
        lines = _from_table(request.tenant)
        remember(key, lines, COPY_SECONDS)
    return Answer(200, f"[{','.join(lines.splitlines()[:limit])}]", headers)


def _from_table(tenant: str) -> str:
    """The highest totals, a line of JSON each."""
    # Imported here: what is copied needs none of it.
    from claims.totals import totals_repository
    from claims.totals.provider_totals import shown_total, top

    totals = totals_repository.top_totals(tenant, MOST_TOP_PROVIDERS)
    return "\n".join(shown_total(total) for total in top(totals, MOST_TOP_PROVIDERS))

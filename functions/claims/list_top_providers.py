"""GET /top-provider-npis: the providers with the highest total net fees."""

import time

from claims.claim.models import MOST_TOP_PROVIDERS, TopProvidersQuery
from payerworks.cache import recall, remember
from payerworks.http import Answer, Request, http_operation
from payerworks.rate_limit import check_rate
from payerworks.validation import query

CALLS_A_MINUTE = 10
COPY_SECONDS = 5
"""Maximum age of the cached list. It needs no invalidation: reading it anew costs the same for any number of claims."""


@http_operation(
    query="claims.claim.models.TopProvidersQuery",
    answers={200: "claims.claim.models.TopProviders"},
    errors=(429,),
    answer_headers={200: ("RateLimit", "RateLimit-Policy")},
)
def handler(request: Request) -> Answer:
    headers = check_rate(request, CALLS_A_MINUTE, 60)
    limit = query(TopProvidersQuery, request).limit
    key = f"{request.tenant}#top"
    lines = recall(key)
    if lines is None:
        began = time.monotonic()
        lines = _read_lines(request.tenant)
        remember(key, lines, COPY_SECONDS, began)
    return Answer(200, f"[{','.join(lines.splitlines()[:limit])}]", headers)


def _read_lines(tenant: str) -> str:
    """The highest totals in the table, a line of JSON each."""
    # Imported here: an answer from the cache needs none of it.
    from claims.totals import totals_repository

    return "\n".join(total.text for total in totals_repository.top_totals(tenant, MOST_TOP_PROVIDERS))

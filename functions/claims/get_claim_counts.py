"""GET /claims/counts: how many claims were received on a day, by hour, and what became of them."""

import datetime
import time

from claims.claim.models import ClaimCountsQuery
from payerworks.cache import recall, remember
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

MOST_COUNTED = 20_000
COPY_SECONDS = 15
"""Maximum age of the cached numbers: many screens show them, and reading them costs more the more claims there are."""


@http_operation(query="claims.claim.models.ClaimCountsQuery", answers={200: "claims.claim.models.ClaimCounts"})
def handler(request: Request) -> Answer:
    day = query(ClaimCountsQuery, request).day or datetime.datetime.now(datetime.UTC).date()
    key = f"{request.tenant}#claims#{day}"
    text = recall(key)
    if text is None:
        began = time.monotonic()
        text = _read(request.tenant, day)
        remember(key, text, COPY_SECONDS, began)
    return Answer(200, text)


def _read(tenant: str, day: datetime.date) -> str:
    # Imported here: an answer from the cache needs none of it.
    from claims.claim.claim_counts import counts_text
    from claims.storage.received_repository import received_claims

    claims = received_claims(tenant, day, MOST_COUNTED + 1)
    return counts_text(day, claims[:MOST_COUNTED], is_complete=len(claims) <= MOST_COUNTED)

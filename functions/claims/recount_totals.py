"""Invoked by whom IAM allows it: make the totals of providers anew from their claims, while the feed goes on."""

import time
import uuid
from typing import Any

from claims.totals import rebuild, totals_repository
from claims.totals.accrual import accrue
from payerworks.log import log_call
from payerworks.times import begin_invocation

SLICE = 500
"""Items of the table that one call looks through for providers."""
INDEX_SECONDS = 2
"""How far the index of a provider's claims may follow behind the table."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One slice of the table; `{}` begins a run.

    Gives `{"run", "after", "items", "providers", "corrected"}`: what was done, and the event of the next slice, until
    `after` is null. A slice that is repeated, or a run that was left, does no harm.
    """
    begin_invocation(context)
    run = event.get("run") or uuid.uuid4().hex
    page = totals_repository.providers_page(event.get("after"), SLICE)
    held = {provider: totals_repository.hold(provider, run) for provider in page.providers}
    # What was counted until now is in the index after this.
    time.sleep(INDEX_SECONDS if any(held.values()) else 0)
    recounted = [rebuild.recount(provider, until, run) for provider, until in held.items() if until]
    # In case their messages were lost; after all totals are let go of.
    accrue(claim for done in recounted for claim in done.late)
    counts = {"items": page.items, "providers": len(recounted), "corrected": sum(done.corrected for done in recounted)}
    log_call("recounted", run=run, **counts)
    return {"run": run, "after": page.after, **counts}

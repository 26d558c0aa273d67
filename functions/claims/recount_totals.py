"""Invoked with IAM rights, not through the API: rebuild the totals of providers from their claims, beside the feed."""

import time
import uuid
from typing import Any

from claims.totals import totals_repository
from claims.totals.accrual import accrue
from claims.totals.rebuild import rebuild_total
from payerworks.log import log_call
from payerworks.times import begin_invocation

SLICE = 500
"""Number of table items that one call searches for providers."""
INDEX_SECONDS = 2
"""Longest expected lag of the index of a provider's claims behind the table."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Rebuild the totals in one slice of the table; the event `{}` starts a run.

    Returns `{"run", "after", "items", "providers", "corrected"}`: the counts, and the event of the next slice, until
    `after` is null. Repeating a slice or abandoning a run does no harm.
    """
    begin_invocation(context)
    run = event.get("run") or uuid.uuid4().hex
    page = totals_repository.read_providers(event.get("after"), SLICE)
    holds = {provider: totals_repository.hold_total(provider, run) for provider in page.providers}
    # After this pause the index has every claim that was accrued before the hold.
    time.sleep(INDEX_SECONDS if any(holds.values()) else 0)
    rebuilt = [rebuild_total(provider, held_until, run) for provider, held_until in holds.items() if held_until]
    # Only now, as no total is held any longer. Accrues the claims whose messages were lost.
    accrue(key for total in rebuilt for key in total.pending)
    counts = {"items": page.items, "providers": len(rebuilt), "corrected": sum(total.corrected for total in rebuilt)}
    log_call("recounted", run=run, **counts)
    return {"run": run, "after": page.after, **counts}

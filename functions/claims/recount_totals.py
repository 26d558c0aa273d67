"""Invoked with IAM rights, not through the API: rebuild the totals of providers from their claims, beside the feed."""

import uuid
from typing import Any

from claims.totals.accrual import accrue
from claims.totals.rebuild import rebuild_total
from claims.totals.totals_repository import read_page
from payerworks.batches import in_parallel
from payerworks.log import log_call
from payerworks.times import begin_invocation

SLICE = 1000
"""Number of table items that one call searches for claims and providers."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Rebuild the totals in one slice of the table; the event `{}` starts a run.

    Each total becomes the sum of its shares, and the claims of the slice whose messages were lost are accrued. Their
    order does not matter: an accrual adds to a total what it adds to the shares, so a right total stays right, and a
    wrong one stays as wrong as it was until it is set.

    Returns `{"run", "after", "items", "providers", "corrected"}`: the counts, and the event of the next slice, until
    `after` is null. Repeating a slice or abandoning a run does no harm.
    """
    begin_invocation(context)
    run = event.get("run") or uuid.uuid4().hex
    page = read_page(event.get("after"), SLICE)
    corrected = in_parallel(lambda provider: rebuild_total(provider, run), page.providers)
    rebuilt = [was_wrong for was_wrong in corrected if was_wrong is not None]
    accrue(page.claims)
    counts = {"items": page.items, "providers": len(rebuilt), "corrected": sum(rebuilt)}
    log_call("recounted", run=run, **counts)
    return {"run": run, "after": page.after, **counts}

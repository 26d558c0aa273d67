"""Invoked with IAM rights, not through the API: make the table of the ledger again from its files."""

from typing import Any

from audit.storage.rebuilding import rebuild
from audit.storage.segments import list_days
from payerworks.log import log_call
from payerworks.times import begin_invocation, seconds_left

SLICE_SECONDS = 60.0
"""What must be left of an invocation to begin with the next files."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Rebuild a tenant's entries, days in their order, until the time is over; the event `{"tenant"}` starts a run.

    Returns `{"tenant", "day", "after", "entries"}`: the event of the next run, whose `day` is null when all is done.
    Entries that are appended meanwhile stay.
    """
    begin_invocation(context)
    tenant, day, after = event["tenant"], event.get("day") or "", event.get("after") or ""
    entries = 0
    for each in [each for each in list_days(tenant) if each >= day]:
        after = after if each == day else ""
        while True:
            if seconds_left() < SLICE_SECONDS:
                return {"tenant": tenant, "day": each, "after": after, "entries": entries}
            count, after = rebuild(tenant, each, after)
            entries += count
            if not after:
                break
    log_call("audit rebuilt", entries=entries)
    return {"tenant": tenant, "day": None, "after": "", "entries": entries}

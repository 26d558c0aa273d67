"""Reading one's own write: wait until search has got as far as a change."""

import time

from payerworks.errors import TimedOut
from plans.index import documents

WAIT_SECONDS = 10.0
PAUSE_SECONDS = 0.15


def wait_until_searchable(tenant: str, plan_id: str, version: int, seconds: float = WAIT_SECONDS) -> None:
    """Come back when searches find this version of a plan, or a later one. Raises TimedOut, and Unavailable."""
    end = time.monotonic() + seconds
    while documents.searchable_version(tenant, plan_id) < version:
        if time.monotonic() > end:
            raise TimedOut(
                f"The write is not searchable after {seconds:.0f} s. It is stored: search again with the same token, "
                "or without `after` for what is searchable now."
            )
        time.sleep(PAUSE_SECONDS)

"""Reading one's own write: waiting until search has caught up with a Change-Token."""

import time

from payerworks.errors import BadInput, Fault, TimedOut
from payerworks.signed import read_signed
from plans.index import documents
from plans.plan.stored_plan import CHANGE_TOKEN

WAIT_SECONDS = 10.0
PAUSE_SECONDS = 0.15


def wait_until_searchable(tenant: str, change_token: str, seconds: float = WAIT_SECONDS) -> None:
    """Return when searches find the version that a token names, or a later one.

    Raises BadInput for a token that was not given to this tenant, TimedOut, and Unavailable.
    """
    try:
        plan_id, version = read_signed(change_token, CHANGE_TOKEN, tenant)
    except ValueError:
        fault = Fault("/after", "was not made by a write")
        raise BadInput("The Change-Token was not made here.", errors=[fault]) from None
    end = time.monotonic() + seconds
    while documents.searchable_version(tenant, plan_id) < version:
        if time.monotonic() > end:
            raise TimedOut(
                f"The write is not searchable after {seconds:.0f} s. It is stored: search again with the same token, "
                "or without `after` for what is searchable now."
            )
        time.sleep(PAUSE_SECONDS)

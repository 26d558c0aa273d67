"""Read your own writes: wait until searches find the version in a Change-Token."""

import time
from collections.abc import Callable

from payerworks.errors import BadInput, Fault, TimedOut
from payerworks.signed import read_signed
from plans.plan.stored_plan import CHANGE_TOKEN

WAIT_SECONDS = 10.0
PAUSE_SECONDS = 0.15


def wait_until_searchable(
    tenant: str, change_token: str, version_of: Callable[[str, str], int], seconds: float = WAIT_SECONDS
) -> None:
    """Return when searches find the version that a token names, or a later one.

    `version_of` returns the version of a tenant's plan that searches find, also of one that they find to be deleted.
    Raises BadInput for a token that was not issued to this tenant, TimedOut after `seconds`, and Unavailable.
    """
    try:
        plan_id, version = read_signed(change_token, CHANGE_TOKEN, tenant)
    except ValueError:
        fault = Fault("/after", "was not issued by a write")
        raise BadInput("The Change-Token is not valid.", errors=[fault]) from None
    deadline = time.monotonic() + seconds
    while version_of(tenant, plan_id) < version:
        if time.monotonic() > deadline:
            raise TimedOut(
                f"The write is not searchable after {seconds:.0f} s. It is stored: search again with the same token, "
                "or without `after` to search what is indexed now."
            )
        time.sleep(PAUSE_SECONDS)

"""What all writes of a plan share: fence, commit and fill in their order, races tried again, the answer."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from payerworks.errors import Unavailable
from payerworks.request import Answer, Request
from plans.index.change_token import change_token
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot
from plans.storage import cache as plan_cache
from plans.storage import repository
from plans.storage.items import Author

Result = TypeVar("Result")

TRIES = 12


def save(change: Change, author: Author) -> StoredRoot:
    """Commit a change and leave the cache right: fenced before, filled after where the whole plan is known.

    Raises repository.Raced.
    """
    plan_cache.fence(change.after.tenant, change.after.plan_id, change.after.version)
    root = repository.commit(change, author)
    if change.services is not None and not root.deleted:
        plan_cache.fill(StoredPlan(root, change.services))
    return root


def raced(attempt: Callable[[], Result]) -> Result:
    """The result of an attempt that reads, decides and saves; made again from the start when another change came first.

    Raises Unavailable after 12 tries.
    """
    for number in range(TRIES):
        try:
            return attempt()
        except repository.Raced:
            time.sleep(random.uniform(0, 0.005 * 2 ** min(number, 6)))
    raise Unavailable("The plan is being changed by others all the time; try again.", headers={"Retry-After": "1"})


def written(request: Request, plan: StoredPlan, status: int, headers: dict[str, str] | None = None) -> Answer:
    """The answer to a write: the plan, or 204 without it where the client prefers that."""
    if request.wants_minimal:
        return minimal(plan.root, headers)
    return Answer(status, plan.text, _headers(plan.root) | (headers or {}))


def minimal(root: StoredRoot, headers: dict[str, str] | None = None) -> Answer:
    """204: the ETag and the token, no body."""
    return Answer(204, headers=_headers(root) | {"Preference-Applied": "return=minimal"} | (headers or {}))


def _headers(root: StoredRoot) -> dict[str, str]:
    return {"ETag": root.etag, "Change-Token": change_token(root)}

"""The way that all writes of a plan share: fence the cache, commit, fill the cache; repeat after a conflict; answer."""

from collections.abc import Callable
from typing import TypeVar

from payerworks.dynamodb import busy, tries
from payerworks.http import Answer, Request
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot
from plans.storage import repository
from plans.storage.cache import PLANS
from plans.storage.items import Author

Result = TypeVar("Result")


def commit(change: Change, author: Author) -> StoredPlan:
    """Commit a change that knows all services after it; the stored plan. Raises PlanChanged."""
    root = commit_parts(change, author)
    plan = StoredPlan(root, change.services or ())
    if not root.deleted:
        PLANS.fill(root.tenant, root.plan_id, plan.copy)
    return plan


def commit_parts(change: Change, author: Author) -> StoredRoot:
    """Commit a change that may know only the services it touches; the stored root. Raises PlanChanged."""
    PLANS.fence(change.after.tenant, change.after.plan_id, change.after.version)
    return repository.commit(change, author)


def retry_on_conflict(attempt: Callable[[], Result]) -> Result:
    """The result of an attempt that reads, decides and commits, repeated from the start when another change came first.

    Raises Unavailable.
    """
    for _ in tries(first_pause=0.005):
        try:
            return attempt()
        except repository.PlanChanged:
            continue
    raise busy("Others keep changing the plan; try again.")


def write_answer(request: Request, plan: StoredPlan, status: int, headers: dict[str, str] | None = None) -> Answer:
    """The answer to a write: the plan, or 204 without it where the client prefers that."""
    if request.wants_minimal:
        return minimal_answer(plan.root, headers)
    return Answer(status, plan.text, _headers(plan.root) | (headers or {}))


def minimal_answer(root: StoredRoot, headers: dict[str, str] | None = None) -> Answer:
    """204: the ETag and the Change-Token, no body."""
    return Answer(204, headers=_headers(root) | {"Preference-Applied": "return=minimal"} | (headers or {}))


def _headers(root: StoredRoot) -> dict[str, str]:
    return {"ETag": root.etag, "Change-Token": root.change_token}

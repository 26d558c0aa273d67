"""The steps shared by all writes of a plan: check preconditions, fence and fill the cache, commit, retry, answer."""

import time
from collections.abc import Callable
from typing import TypeVar

from payerworks.conditional import check_preconditions
from payerworks.dynamodb import busy, tries
from payerworks.http import Answer, Request
from plans.plan.document import absent
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot, change_token
from plans.storage import repository
from plans.storage.cache import PLANS
from plans.storage.items import Author

Result = TypeVar("Result")


def matched_root(request: Request, plan_id: str, hint: str = "") -> StoredRoot:
    """The root of a live plan whose ETag passes the preconditions; `hint` is added to the message of NotFound.

    Raises PreconditionFailed, PreconditionRequired and, for a plan that is not there, NotFound or BadInput.
    """
    root = repository.read_root(request.tenant, plan_id)
    live = None if root is None or root.deleted else root
    check_preconditions(request, live.etag if live else None)
    if live is None:
        raise absent(plan_id, f"There is no plan with this id.{hint}")
    return live


def commit(change: Change, author: Author) -> StoredPlan:
    """Commit a change that holds all services of the new version, and return the stored plan. Raises PlanChanged."""
    began = time.monotonic()
    root = commit_parts(change, author)
    plan = StoredPlan(root, change.services or ())
    if not root.deleted:
        # As old as the moment before the commit: the next version may have been committed right after it.
        PLANS.fill(root.tenant, root.plan_id, plan.copy, began)
    return plan


def commit_parts(change: Change, author: Author) -> StoredRoot:
    """Commit a change that may hold only the services it touches, and return the stored root. Raises PlanChanged."""
    PLANS.fence(change.after.tenant, change.after.plan_id, change.after.version)
    return repository.commit_change(change, author)


def retry_on_conflict(attempt: Callable[[], Result]) -> Result:
    """Call `attempt` until no other change comes between its read and its commit, and return its result.

    Raises Unavailable when the call's time is used up.
    """
    for _ in tries(first_pause=0.005):
        try:
            return attempt()
        except repository.PlanChanged:
            continue
    raise busy("Other writers keep changing the plan; try again.")


def write_answer(request: Request, plan: StoredPlan, status: int, headers: dict[str, str] | None = None) -> Answer:
    """The answer to a write: the plan, or 204 without a body if the client prefers that."""
    return request.preferred(Answer(status, plan.text, write_headers(plan.root) | (headers or {})))


def write_headers(root: StoredRoot) -> dict[str, str]:
    """The headers of every answer to a write."""
    return {"ETag": root.etag, "Change-Token": change_token(root)}

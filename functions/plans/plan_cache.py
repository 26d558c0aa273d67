"""The copy of a plan in Redis: what `GET /v1/plan/{id}` answers."""

from typing import TYPE_CHECKING

from payerworks import cache

if TYPE_CHECKING:
    from plans.stored_plan import StoredPlan


def read(tenant: str, plan_id: str) -> cache.Copy | None:
    """The copy of a plan, None where there is none."""
    return cache.read(_key(tenant, plan_id))


def fence(tenant: str, plan_id: str, version: int) -> None:
    """Keep copies of older versions out: before the change that makes this version is committed, and after it, where
    the writer could not reach Redis.
    """
    cache.fence(_key(tenant, plan_id), version)


def fill(plan: "StoredPlan", text: str, read_at: float | None = None) -> None:
    """Keep a plan's text; `read_at` is `time.monotonic()` when its reading from the table began."""
    root = plan.root
    cache.fill(_key(root.tenant, root.plan_id), root.version, root.etag, text, read_at)


def _key(tenant: str, plan_id: str) -> str:
    return f"{tenant}#plan#{plan_id}"

"""The copy of a plan in Redis: what `GET /v1/plan/{id}` answers."""

from typing import TYPE_CHECKING

from payerworks import cache

if TYPE_CHECKING:
    from plans.stored_plan import StoredPlan, StoredRoot


def read(tenant: str, plan_id: str) -> cache.Copy | None:
    """The copy of a plan, None where there is none."""
    return cache.read(_key(tenant, plan_id))


def fence(root: "StoredRoot") -> None:
    """Keep older copies out, before the change that makes this root is committed."""
    cache.fence(_key(root.tenant, root.plan_id), root.version)


def fill(plan: "StoredPlan", text: str, read_at: float | None = None) -> None:
    """Keep a plan's text; `read_at` is `time.monotonic()` when its reading from the table began."""
    root = plan.root
    cache.fill(_key(root.tenant, root.plan_id), root.version, root.etag, text, read_at)


def _key(tenant: str, plan_id: str) -> str:
    return f"{tenant}#plan#{plan_id}"

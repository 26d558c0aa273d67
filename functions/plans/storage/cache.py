"""The copy of a plan in Redis: what `GET /v1/plan/{id}` answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from payerworks import cache

if TYPE_CHECKING:
    from plans.plan.stored_plan import StoredPlan


def read(tenant: str, plan_id: str) -> cache.Copy | None:
    """The copy of a plan, None where there is none."""
    return cache.read(_key(tenant, plan_id))


def read_through(tenant: str, plan_id: str, load: Callable[[], "StoredPlan"]) -> cache.Copy:
    """The copy of a plan that had none; one of its readers loads it from the table while the others wait for it."""
    return cache.read_through(_key(tenant, plan_id), lambda: _copy(load()))


def fence(tenant: str, plan_id: str, version: int) -> None:
    """Keep copies of older versions out: before the change that makes this version is committed, and after it, where
    the writer could not reach Redis.
    """
    cache.fence(_key(tenant, plan_id), version)


def fill(plan: "StoredPlan") -> None:
    """Keep a plan that was just written."""
    cache.fill(_key(plan.root.tenant, plan.root.plan_id), _copy(plan))


def _copy(plan: "StoredPlan") -> cache.Copy:
    return cache.Copy(plan.root.version, plan.root.etag, plan.text)


def _key(tenant: str, plan_id: str) -> str:
    return f"{tenant}#plan#{plan_id}"

"""Bulk reads of table `plans` for drift checks and reindexing (keys: repository.py).

No request waits for these reads. A position is a key of the table or index as a JSON value, None at the beginning.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from payerworks.batches import read_all
from payerworks.dynamodb import Item
from plans.plan.document import ServicePart
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage.items import TABLE, key, partition, root_from, service_from

PAGE = 1000
"""Roots per page at most."""


class RootState(NamedTuple):
    """The part of a root that its index entry must match; a deleted plan has no services and digest 0."""

    version: int
    digest: int
    services: int
    deleted: bool = False

    @classmethod
    def of(cls, root: StoredRoot) -> "RootState":
        return cls(root.version, root.digest, root.services, root.deleted)


PlanKey = tuple[str, str]
"""Tenant and plan id."""


def root_page(tenant: str | None, position: Item | None) -> tuple[dict[PlanKey, RootState], Item | None]:
    """A page of the live plans of one tenant or of all (None), and the position of the next page, None after the last.

    The page comes from the index by_tenant, so it may lag a moment behind the table.
    """
    options: dict[str, Any] = {
        "IndexName": "by_tenant",
        "ProjectionExpression": "tenant, plan_id, version, digest, services",
        "Limit": PAGE,
    } | ({"ExclusiveStartKey": position} if position else {})
    if tenant is None:
        page = next(TABLE.pages("scan", **options))
    else:
        page = next(TABLE.query_pages("tenant = :tenant", {":tenant": {"S": tenant}}, **options))
    roots = {(item["tenant"]["S"], item["plan_id"]["S"]): _state(item) for item in page["Items"]}
    return roots, page.get("LastEvaluatedKey")


def read_root_states(keys: Collection[PlanKey], *, consistent: bool) -> dict[PlanKey, RootState]:
    """The roots of some plans, tombstones included; plans that never existed are left out."""
    by_partition = {partition(*plan): plan for plan in keys}
    root_keys = [key(*plan, "ROOT") for plan in keys]
    options = {"ProjectionExpression": "pk, version, digest, services, deleted", "ConsistentRead": consistent}
    return {by_partition[item["pk"]["S"]]: _state(item) for item in read_all(TABLE, root_keys, **options)}


def _state(item: Item) -> RootState:
    numbers = int(item["version"]["N"]), int(item["digest"]["S"], 16), int(item["services"]["N"])
    return RootState(*numbers, deleted="deleted" in item)


def scanned_plans(pages: Iterable[list[Item]]) -> Iterator[tuple[StoredPlan, Item]]:
    """The plans in a scan's pages, tombstones included, each with the position after it.

    A plan that changed during the scan may be a mix of two versions: check its digest.
    """
    root: StoredRoot | None = None
    services: list[ServicePart] = []
    last: Item = {}
    for item in (item for page in pages for item in page):
        kind, *rest = item["sk"]["S"].split("#", 2)
        if root is not None and item["pk"]["S"] != last["pk"]["S"]:
            yield StoredPlan(root, tuple(services)), last
            root = None
        if kind == "ROOT":
            tenant, plan_id = item["pk"]["S"].split("#", 1)
            root, services = root_from(tenant, plan_id, item), []
        elif kind == "SERVICE" and root is not None and rest[0] == root.generation:
            services.append(service_from(item))
        last = {"pk": item["pk"], "sk": item["sk"]}
    if root is not None:
        yield StoredPlan(root, tuple(services)), last


def scan(position: Item | None) -> Iterator[list[Item]]:
    """All items of the table by consistent reads in pages of 1 MB; the items of a plan are adjacent."""
    start = {"ExclusiveStartKey": position} if position else {}
    for page in TABLE.pages("scan", ConsistentRead=True, **start):
        yield page["Items"]

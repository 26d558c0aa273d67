"""Table `plans`: one item collection per plan.

pk `{tenant}#{planId}`; sk:
    ROOT                            version, at, generation, digest, services (count), size, seed, deleted (if a
                                    tombstone), and the plan's own text in before, after
    SERVICE#{generation}#{objectId} rank, document (JSON text)
    VERSION#{version}               one change: operation, at, by, request_id, changed, changed_count; digest and
                                    generation of the version it made; and its before-images: the plan's own text
                                    (before, after) if it changed, and in `replaced`, by object id, rank and document
                                    of services (NULL: did not exist), empty if the change switched generations
    INTENT#{generation}             a generation being written that no root names yet: intent ("pending"), begun
                                    (epoch seconds), taken (set by a sweep: the writer can no longer commit)

A generation is live while the root names it, history if only VERSION items name it (its items stay as they were when
the root switched to the next one), and an orphan otherwise.

Access patterns
    a plan                          GetItem ROOT, then Query its generation; the root's digest reveals a torn read
    some services of a plan         GetItem ROOT, then BatchGetItem
    plans of a tenant               Query index by_tenant, by_org or by_type, ordered by plan id (roots only)
    history                         Query VERSION#, newest first
    a plan as of a time             GetItem VERSION# (binary search), then its generation and all later VERSION#
    uncommitted generations         Query index by_intent, all tenants, oldest first (on_sweep_due.py)
"""

import contextlib
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from payerworks.batches import read_all
from payerworks.dynamodb import TRANSACTION_ITEMS, ConditionFailed, Item, Part, busy, transact, tries
from payerworks.times import now
from plans.plan.document import RootText, ServicePart, absent, digest
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot
from plans.storage import generations
from plans.storage.items import (
    TABLE,
    Author,
    Summary,
    key,
    partition,
    root_from,
    root_item,
    service_from,
    service_item,
    service_key,
    summary_from,
    version_item,
    version_sk,
)

Result = TypeVar("Result")

MAX_TRANSACTION_BYTES = 3_500_000
MAX_REPLACED_BYTES = 370_000
"""Bytes of before-images in one VERSION item (limit: 400 KB); a plan's own text of any valid size (350 KB) fits."""
READS = 5
MAX_LISTED = 500
"""Changed services up to which they are indexed one by one; beyond, the whole plan is indexed."""


class PlanChanged(Exception):
    """Another change of the plan came before this write or between two reads; nothing was written."""


def read_root(tenant: str, plan_id: str) -> StoredRoot | None:
    """The root, also of a deleted plan; None if the plan never existed. Costs one read unit per 4 KB of its text."""
    item = TABLE.get(key(tenant, plan_id, "ROOT"))
    return root_from(tenant, plan_id, item) if item else None


def live_root(tenant: str, plan_id: str) -> StoredRoot:
    """The root of a plan that exists. Raises NotFound, or BadInput for an id that no plan can have."""
    root = read_root(tenant, plan_id)
    if root is None or root.deleted:
        raise absent(plan_id, "There is no plan with this id.")
    return root


def read_plan(tenant: str, plan_id: str) -> StoredPlan:
    """The whole plan, never half of a write. Raises as `live_root`, and Unavailable if all of READS reads were torn."""
    return reread(lambda: plan_of(live_root(tenant, plan_id)))


def reread(read: Callable[[], Result]) -> Result:
    """Repeat a read until it is not torn. Raises Unavailable after it raised PlanChanged READS times."""
    for attempt in tries(first_pause=0.01):
        if attempt == READS:
            break
        with contextlib.suppress(PlanChanged):
            return read()
    raise busy("The plan is being changed; read it again.")


def plan_of(root: StoredRoot) -> StoredPlan:
    """The whole plan of a root that was just read. Raises PlanChanged if the plan has changed since."""
    services = read_generation(root)
    if digest(root.text, services) != root.digest:
        raise PlanChanged
    return StoredPlan(root, services)


def read_generation(root: StoredRoot) -> tuple[ServicePart, ...]:
    """The current services of the generation that a root names, ordered by rank."""
    pk, prefix = partition(root.tenant, root.plan_id), f"SERVICE#{root.generation}#"
    values = {":pk": {"S": pk}, ":prefix": {"S": prefix}}
    items = TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return tuple(sorted(map(service_from, items), key=lambda part: part.rank))


def read_services(root: StoredRoot, object_ids: Collection[str]) -> dict[str, ServicePart]:
    """Some services of a plan, by object id; ids without a service are left out."""
    keys = [service_key(root, object_id) for object_id in dict.fromkeys(object_ids)]
    return {part.object_id: part for part in map(service_from, read_all(TABLE, keys))}


def list_plans(tenant: str, org: str | None, plan_type: str | None, after: str | None, count: int) -> list[Summary]:
    """Up to `count` plans of a tenant with ids greater than `after`, from the index that fits the filters.

    With both filters, the index by `_org` is read and its plans are filtered by type.
    """
    index, attribute, value = "by_tenant", "tenant", tenant
    if org is not None:
        index, attribute, value = "by_org", "tenant_org", f"{tenant}#{org}"
    elif plan_type is not None:
        index, attribute, value = "by_type", "tenant_type", f"{tenant}#{plan_type}"
    condition, values = f"{attribute} = :value", {":value": {"S": value}}
    if after is not None:
        condition, values = f"{condition} AND plan_id > :after", values | {":after": {"S": after}}
    summaries: Iterator[Summary] = map(summary_from, TABLE.query(condition, values, IndexName=index, Limit=count))
    if org is not None and plan_type is not None:
        summaries = (summary for summary in summaries if summary.text.value["planType"] == plan_type)
    return list(itertools.islice(summaries, count))


def services_changed(root: StoredRoot, since: int) -> list[str] | None:
    """Object ids of the services changed or removed by the versions after `since` up to the root's.

    None if the history does not list them all or lists more than MAX_LISTED.
    """
    object_ids: set[str] = set()
    for item in read_versions(root, since, ProjectionExpression="operation, changed, changed_count"):
        changed = {entry["S"] for entry in item["changed"]["L"]}
        if item["operation"]["S"] in ("created", "deleted") or len(changed) < int(item["changed_count"]["N"]):
            return None
        object_ids |= changed
    return list(object_ids - {root.plan_id}) if len(object_ids) <= MAX_LISTED else None


def read_versions(root: StoredRoot, since: int, **options: str) -> Iterator[Item]:
    """The VERSION items after `since`, which must be an earlier version, up to the root's; oldest first."""
    values = {
        ":pk": {"S": partition(root.tenant, root.plan_id)},
        ":first": {"S": version_sk(since + 1)},
        ":last": {"S": version_sk(root.version)},
    }
    return TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True, **options)


def commit_change(change: Change, author: Author) -> StoredRoot:
    """Write a change and its history, all or nothing, and return the stored root.

    A small change is one transaction. A large one is first written as a new generation, which no reader sees, and one
    transaction then switches the root to it. Raises PlanChanged if another change came first.
    """
    if _fits(change):
        parts = [TABLE.delete_part(service_key(change.after, object_id)) for object_id in change.removed]
        parts += [TABLE.put_part(service_item(change.after, part)) for part in change.put]
    else:
        root = generations.write_generation(change.after, _all_services(change))
        change, parts = replace(change, after=root), [generations.release(root)]
    # Now, because writing a generation takes seconds: what is read as of a time before the commit must stay true.
    change = replace(change, after=replace(change.after, at=_now(change.before)))
    try:
        transact([_put_root(change), TABLE.put_part(version_item(change, author)), *parts])
    except ConditionFailed:
        raise PlanChanged from None
    return change.after


def _now(before: StoredRoot | None) -> str:
    # The clocks of writers differ, but a version's time is never before the previous version's.
    return max(now(), before.at) if before else now()


def _fits(change: Change) -> bool:
    images = change.before_images
    replaced = _size(images.text, *images.services.values())
    size = _size(change.after.text, *change.put) + replaced
    items = len(change.replaced) + 2  # the root and the VERSION item
    return items <= TRANSACTION_ITEMS and size <= MAX_TRANSACTION_BYTES and replaced <= MAX_REPLACED_BYTES


def _size(*parts: RootText | ServicePart | None) -> int:
    return sum(len(part.text.encode()) + 500 for part in parts if part is not None)


def _all_services(change: Change) -> Sequence[ServicePart]:
    """All services after a change, even if it has read only those that it puts. Raises PlanChanged."""
    if change.services is not None or change.before is None:
        return change.services or ()
    parts = {part.object_id: part for part in (*plan_of(change.before).services, *change.put)}
    return list(parts.values())


def _put_root(change: Change) -> Part:
    if change.before is None:
        return TABLE.put_part(root_item(change.after), "attribute_not_exists(pk)")
    values = {":before": {"N": str(change.before.version)}}
    return TABLE.put_part(root_item(change.after), "version = :before", values)

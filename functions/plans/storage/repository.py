"""Table `plans`: one item collection a plan.

pk `{tenant}#{planId}`; sk:
    ROOT                            version, at, generation, digest, services (count), size, seed, deleted (a
                                    tombstone), and the plan's own text in before, after
    SERVICE#{generation}#{objectId} rank, document (JSON text)
    VERSION#{version}               one change: operation, at, by, request_id, changed, changed_count; digest and
                                    generation of the version it made; and what it replaced: the plan's own text
                                    (before, after) where it differs, and `replaced`, by object id the rank and document
                                    of services (NULL: was not there), none where it left their generation
    INTENT#{generation}             a generation that is being written and that no root names yet: intent ("pending"),
                                    begun (epoch seconds), taken (by a sweep: its writer can no longer commit)

A generation is live while the root names it, history where only VERSION items do (its items stay as they were when the
root left it), else an orphan.

Access patterns
    a plan                          GetItem ROOT, then Query its generation; the root's digest tells a torn read
    some services of a plan         GetItem ROOT, then BatchGetItem
    plans of a tenant               Query index by_tenant, by_org or by_type, in the order of plan ids (roots only)
    history                         Query VERSION#, newest first
    a plan as of a time             GetItem VERSION# (a binary search), then its generation and the VERSION# since
    generations without a writer    Query index by_intent, oldest first, of all tenants (on_sweep_due.py)
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from payerworks.batches import read_all
from payerworks.dynamodb import TRANSACTION_ITEMS, ConditionFailed, Item, Part, busy, transact, tries
from payerworks.errors import NotFound
from payerworks.times import now
from plans.plan.document import RootText, ServicePart, digest
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
"""Bytes of images in one VERSION item, which may have 400 KB: a plan's own text of any size (350 KB) has room in it."""
READS = 5
MAX_LISTED = 500
"""Services of a plan that are worth to be written one by one; beyond, the whole plan is."""


class PlanChanged(Exception):
    """Another change of the plan came first, or came between two reads; nothing was written."""


def read_root(tenant: str, plan_id: str) -> StoredRoot | None:
    """The root, a tombstone too; None where the plan never was. One read unit for each 4 KB of its own text."""
    item = TABLE.get(key(tenant, plan_id, "ROOT"))
    return root_from(tenant, plan_id, item) if item else None


def live_root(tenant: str, plan_id: str) -> StoredRoot:
    """The root of a plan that is there. Raises NotFound."""
    root = read_root(tenant, plan_id)
    if root is None or root.deleted:
        raise NotFound("There is no plan with this id.")
    return root


def read_plan(tenant: str, plan_id: str) -> StoredPlan:
    """The whole plan, never half of a write. Raises NotFound, and Unavailable where five reads in a row were torn."""
    return reread(lambda: plan_of(live_root(tenant, plan_id)))


def reread(read: Callable[[], Result]) -> Result:
    """The result of a read that is not torn. Raises Unavailable where it raised PlanChanged five times in a row."""
    for attempt in tries(first_pause=0.01):
        if attempt == READS:
            break
        with contextlib.suppress(PlanChanged):
            return read()
    raise busy("The plan is being changed; read it again.")


def plan_of(root: StoredRoot) -> StoredPlan:
    """The whole plan of a root that was just read. Raises PlanChanged where it has been changed since."""
    services = read_generation(root)
    if digest(root.text, services) != root.digest:
        raise PlanChanged
    return StoredPlan(root, services)


def read_generation(root: StoredRoot) -> tuple[ServicePart, ...]:
    """The services of the generation that a root names, in their order, as they are just now."""
    pk, prefix = partition(root.tenant, root.plan_id), f"SERVICE#{root.generation}#"
    values = {":pk": {"S": pk}, ":prefix": {"S": prefix}}
    items = TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return tuple(sorted(map(service_from, items), key=lambda part: part.rank))


def read_services(root: StoredRoot, object_ids: Collection[str]) -> dict[str, ServicePart]:
    """Some services of a plan by their object ids, those that there are."""
    keys = [service_key(root, object_id) for object_id in dict.fromkeys(object_ids)]
    return {part.object_id: part for part in map(service_from, read_all(TABLE, keys))}


def list_plans(tenant: str, org: str | None, plan_type: str | None, after: str | None, count: int) -> list[Summary]:
    """Up to `count` plans of a tenant whose ids come after `after`, served by the index that fits the filters.

    With both filters, `_org` picks the index and the type is filtered out of what it gives.
    """
    index, key, value = "by_tenant", "tenant", tenant
    if org is not None:
        index, key, value = "by_org", "tenant_org", f"{tenant}#{org}"
    elif plan_type is not None:
        index, key, value = "by_type", "tenant_type", f"{tenant}#{plan_type}"
    found: list[Summary] = []
    for item in _indexed(index, key, value, after, count):
        summary = summary_from(item)
        if org is None or plan_type is None or summary.text.value["planType"] == plan_type:
            found.append(summary)
        if len(found) == count:
            break
    return found


def _indexed(index: str, key: str, value: str, after: str | None, count: int) -> Iterator[Item]:
    condition = f"{key} = :value" + (" AND plan_id > :after" if after is not None else "")
    values = {":value": {"S": value}} | ({":after": {"S": after}} if after is not None else {})
    return TABLE.query(condition, values, IndexName=index, Limit=count)


def services_changed(root: StoredRoot, since: int) -> list[str] | None:
    """The object ids of the services that the versions after `since` have changed or removed, up to this root's.

    None where their history does not list them all.
    """
    found: set[str] = set()
    for item in _versions(root, since):
        changed = {entry["S"] for entry in item["changed"]["L"]}
        if item["operation"]["S"] in ("created", "deleted") or len(changed) < int(item["changed_count"]["N"]):
            return None
        found |= changed
    return list(found - {root.plan_id}) if len(found) <= MAX_LISTED else None


def _versions(root: StoredRoot, since: int) -> Iterator[Item]:
    values = {
        ":pk": {"S": partition(root.tenant, root.plan_id)},
        ":first": {"S": version_sk(since + 1)},
        ":last": {"S": version_sk(root.version)},
    }
    wanted = {"ProjectionExpression": "operation, changed, changed_count", "ConsistentRead": True}
    return TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, **wanted)


def commit(change: Change, author: Author) -> StoredRoot:
    """Write a change whole or not at all, its history with it, and give the root as it is then.

    What is small commits in one transaction. What is not is written as a new generation that no reader sees, and one
    transaction then switches the root to it. Raises PlanChanged where another change came first.
    """
    change = replace(change, after=replace(change.after, at=_now(change.before)))
    if _fits(change):
        parts = [TABLE.delete_part(service_key(change.after, object_id)) for object_id in change.removed]
        parts += [TABLE.put_part(service_item(change.after, part)) for part in change.put]
    else:
        root = generations.write_generation(change.after, _all_services(change))
        change, parts = replace(change, after=root), [generations.release(root)]
    try:
        transact([_put_root(change), TABLE.put_part(version_item(change, author)), *parts])
    except ConditionFailed:
        raise PlanChanged from None
    return change.after


def _now(before: StoredRoot | None) -> str:
    # The clocks of two writers differ; a version's time is never before that of the version before.
    return max(now(), before.at) if before else now()


def _fits(change: Change) -> bool:
    images = change.images
    replaced = _size(images.text, *images.services.values())
    size = _size(change.after.text, *change.put) + replaced
    items = len(change.replaced) + 2
    return items <= TRANSACTION_ITEMS and size <= MAX_TRANSACTION_BYTES and replaced <= MAX_REPLACED_BYTES


def _size(*parts: RootText | ServicePart | None) -> int:
    return sum(len(part.text.encode()) + 500 for part in parts if part is not None)


def _all_services(change: Change) -> Sequence[ServicePart]:
    """All services after a change, also where it has read only those that it puts. Raises PlanChanged."""
    if change.services is not None or change.before is None:
        return change.services or ()
    parts = {part.object_id: part for part in (*plan_of(change.before).services, *change.put)}
    return list(parts.values())


def _put_root(change: Change) -> Part:
    if change.before is None:
        return TABLE.put_part(root_item(change.after), "attribute_not_exists(pk)")
    held = {":held": {"N": str(change.before.version)}}
    return TABLE.put_part(root_item(change.after), "version = :held", held)

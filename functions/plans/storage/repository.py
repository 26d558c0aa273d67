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

The items of a generation change one by one while they are read. Why a read of version r always ends, and gives r:

1.  The root is read first, then the items of its generation. The sum of their hashes is the root's digest, or the read
    is torn: some items are as of r, others as of later versions.
        The root says v5. While its services are read, v6 changes S and v7 changes S and T: S is read as of v6, T as of
        v7.

2.  After the items, the VERSION items after r are read. Each holds the services before its change, so the first that
        names a service holds it as of r, whatever was read of it.
        v6 holds S as of v5, v7 holds S as of v6 and T as of v6, which is as of v5: undone from v7 to v6, S and T are
        as of v5.

3.  A version that switched to another generation ends this: from there on, nobody changes these items.
        v8 puts the plan into a new generation, or deletes it; the items that v5 named stay as v7 left them.

4.  More writes only add images that change nothing. What may be missing is a VERSION item of a transaction that
    DynamoDB is still applying: then the digest still differs, and the images are read again.
        S was read as of v6 before the VERSION item of v6 could be read; a moment later it can.

Access patterns
    a plan                          GetItem ROOT, then Query its generation; if the digest differs, Query VERSION#
    some services of a plan         GetItem ROOT, then BatchGetItem
    plans of a tenant               Query index by_tenant, by_org or by_type, ordered by plan id (roots only)
    history                         Query VERSION#, newest first
    a plan as of a time             GetItem VERSION# (binary search), then its generation and all later VERSION#
    uncommitted generations         Query index by_intent, all tenants, oldest first (on_sweep_due.py)
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from payerworks.batches import read_all
from payerworks.dynamodb import TRANSACTION_ITEMS, ConditionFailed, Item, Part, transact, tries
from payerworks.times import now
from plans.plan.document import BeforeImages, RootText, ServicePart, absent, digest, undo
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot
from plans.storage import generations
from plans.storage.items import (
    LAST_VERSION_SK,
    TABLE,
    Author,
    Summary,
    before_images_from,
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

MAX_TRANSACTION_BYTES = 3_500_000
MAX_REPLACED_BYTES = 370_000
"""Bytes of before-images in one VERSION item (limit: 400 KB); a plan's own text of any valid size (350 KB) fits."""
LOOKS = 8
"""Reads of history, in two seconds at most, until it has all that was seen of a transaction."""
MAX_LISTED = 500
"""Changed services up to which they are indexed one by one; beyond, the whole plan is indexed."""


class PlanChanged(Exception):
    """Another change of the plan came before this write; nothing was written."""


class HistoryBroken(Exception):
    """A version is missing, or does not match its digest after it is rebuilt."""


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
    """The whole plan, never half of a write. Raises as `live_root`, and HistoryBroken."""
    return plan_of(live_root(tenant, plan_id))


def plan_of(root: StoredRoot) -> StoredPlan:
    """The whole plan as of the version of a root, whatever was written since.

    The root's own text may be of a later version. Raises HistoryBroken.
    """
    services = read_generation(root)
    if digest(root.text, services) == root.digest:
        return StoredPlan(root, services)
    for _ in looks():
        text, undone = undo(root.text, services, list(_before_images_since(root)))
        if digest(text, undone) == root.digest:
            return StoredPlan(replace(root, text=text), undone)
    raise HistoryBroken


def looks() -> Iterator[int]:
    """Count reads of history from 0, with a pause before each but the first."""
    return itertools.islice(tries(first_pause=0.01), LOOKS)


def _before_images_since(root: StoredRoot) -> Iterator[BeforeImages]:
    """The before-images of later versions, up to and including the first that switched to another generation."""
    for item in read_versions(root, since=root.version):
        yield before_images_from(item)
        if item["generation"]["S"] != root.generation:
            return


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
    summaries = each_plan(tenant, org, plan_type, after, count)
    if org is not None and plan_type is not None:
        summaries = (summary for summary in summaries if summary.text.value["planType"] == plan_type)
    return list(itertools.islice(summaries, count))


def each_plan(
    tenant: str, org: str | None, plan_type: str | None, after: str | None, page_size: int, first: str = ""
) -> Iterator[Summary]:
    """The plans of an organization, else of a type, else of the tenant, by id: after an id, or from `first` on."""
    index, attribute, value = "by_tenant", "tenant", tenant
    if org is not None:
        index, attribute, value = "by_org", "tenant_org", f"{tenant}#{org}"
    elif plan_type is not None:
        index, attribute, value = "by_type", "tenant_type", f"{tenant}#{plan_type}"
    condition, values = f"{attribute} = :value", {":value": {"S": value}}
    if after is not None:
        condition, values = f"{condition} AND plan_id > :after", values | {":after": {"S": after}}
    elif first:
        condition, values = f"{condition} AND plan_id >= :first", values | {":first": {"S": first}}
    return map(summary_from, TABLE.query(condition, values, IndexName=index, Limit=page_size))


def listed_version(tenant: str, plan_id: str) -> int:
    """The version of a plan in index by_tenant, or of a tombstone whose plan has left the index; else 0."""
    values = {":tenant": {"S": tenant}, ":id": {"S": plan_id}}
    items = list(TABLE.query("tenant = :tenant AND plan_id = :id", values, IndexName="by_tenant"))
    if items:
        return int(items[0]["version"]["N"])
    root = read_root(tenant, plan_id)
    return root.version if root and root.deleted else 0


def services_changed(root: StoredRoot, since: int) -> list[str] | None:
    """Object ids of the services changed or removed by the versions after `since` up to the root's.

    None if the history does not list them all (yet: it can be read a moment after the root) or more than MAX_LISTED.
    """
    object_ids: set[str] = set()
    members = "operation, changed, changed_count"
    items = list(read_versions(root, since, root.version, ProjectionExpression=members))
    if len(items) < root.version - since:
        return None
    for item in items:
        changed = {entry["S"] for entry in item["changed"]["L"]}
        if item["operation"]["S"] in ("created", "deleted") or len(changed) < int(item["changed_count"]["N"]):
            return None
        object_ids |= changed
    return list(object_ids - {root.plan_id}) if len(object_ids) <= MAX_LISTED else None


def read_versions(root: StoredRoot, since: int, last: int | None = None, **options: str) -> Iterator[Item]:
    """The VERSION items after `since`, up to `last` if it is given, a later version; oldest first."""
    values = {
        ":pk": {"S": partition(root.tenant, root.plan_id)},
        ":first": {"S": version_sk(since + 1)},
        ":last": {"S": version_sk(last) if last else LAST_VERSION_SK},
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
    """All services after a change, even if it has read only those that it puts."""
    if change.services is not None or change.before is None:
        return change.services or ()
    parts = {part.object_id: part for part in (*plan_of(change.before).services, *change.put)}
    return list(parts.values())


def _put_root(change: Change) -> Part:
    if change.before is None:
        return TABLE.put_part(root_item(change.after), "attribute_not_exists(pk)")
    values = {":before": {"N": str(change.before.version)}}
    return TABLE.put_part(root_item(change.after), "version = :before", values)

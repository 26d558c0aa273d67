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
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from payerworks.aws import client
from payerworks.errors import NotFound, Unavailable
from payerworks.times import now
from plans.plan.document import RootText, ServicePart, digest
from plans.plan.stored_plan import Change, StoredPlan, StoredRoot
from plans.storage import generations
from plans.storage.items import (
    Author,
    Item,
    Summary,
    partition,
    root_from,
    root_item,
    service_from,
    service_item,
    summary_from,
    version_item,
    version_sk,
)
from plans.storage.table import key, query, table

Result = TypeVar("Result")

MAX_TRANSACTION_ITEMS = 100
MAX_TRANSACTION_BYTES = 3_500_000
MAX_REPLACED_BYTES = 370_000
"""Bytes of images in one VERSION item, which may have 400 KB: a plan's own text of any size (350 KB) has room in it."""
MAX_LISTED = 500
"""Services of a plan that are worth to be written one by one; beyond, the whole plan is."""
READS = 5


class Raced(Exception):
    """Another change of the plan came first, or came between two reads; nothing was written."""


def read_root(tenant: str, plan_id: str) -> StoredRoot | None:
    """The root, a tombstone too; None where the plan never was. One read unit for each 4 KB of its own text."""
    answer = client("dynamodb").get_item(TableName=table(), Key=key(tenant, plan_id, "ROOT"), ConsistentRead=True)
    return root_from(tenant, plan_id, answer["Item"]) if "Item" in answer else None


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
    """What a read gives that was not torn. Raises Unavailable where it raised Raced five times in a row."""
    for attempt in range(READS):
        if attempt:
            time.sleep(0.01 * 2**attempt)
        with contextlib.suppress(Raced):
            return read()
    raise Unavailable("The plan is being changed; read it again.", headers={"Retry-After": "1"})


def plan_of(root: StoredRoot) -> StoredPlan:
    """The whole plan of a root that was just read. Raises Raced where it has been changed since."""
    services = read_generation(root)
    if digest(root.text, services) != root.digest:
        raise Raced
    return StoredPlan(root, services)


def read_generation(root: StoredRoot) -> tuple[ServicePart, ...]:
    """The services of the generation that a root names, in their order, as they are just now."""
    pk, prefix = partition(root.tenant, root.plan_id), f"SERVICE#{root.generation}#"
    values = {":pk": {"S": pk}, ":prefix": {"S": prefix}}
    items = query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return tuple(sorted(map(service_from, items), key=lambda part: part.rank))


def read_services(root: StoredRoot, object_ids: Collection[str]) -> dict[str, ServicePart]:
    """Some services of a plan by their object ids, those that there are."""
    keys = [service_key(root, object_id) for object_id in dict.fromkeys(object_ids)]
    found: dict[str, ServicePart] = {}
    while keys:
        wanted, keys = keys[:100], keys[100:]
        answer = client("dynamodb").batch_get_item(RequestItems={table(): {"Keys": wanted, "ConsistentRead": True}})
        parts = [service_from(item) for item in answer["Responses"].get(table(), [])]
        found |= {part.object_id: part for part in parts}
        keys += answer.get("UnprocessedKeys", {}).get(table(), {}).get("Keys", [])
    return found


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
    return query(condition, values, IndexName=index, PaginationConfig={"PageSize": count})


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
    return query("pk = :pk AND sk BETWEEN :first AND :last", values, **wanted)


def commit(change: Change, author: Author) -> StoredRoot:
    """Write a change whole or not at all, its history with it, and give the root as it is then.

    What is small commits in one transaction. What is not is written as a new generation that no reader sees, and one
    transaction then switches the root to it. Raises Raced where another change came first.
    """
    change = replace(change, after=replace(change.after, at=_now(change.before)))
    if _fits(change):
        parts = [_delete(service_key(change.after, object_id)) for object_id in change.removed]
        parts += [_put(service_item(change.after, part)) for part in change.put]
    else:
        root = generations.write_generation(change.after, _all_services(change))
        change, parts = replace(change, after=root), [generations.release(root)]
    _transact([_put_root(change), _put(version_item(change, author)), *parts])
    return change.after


def _now(before: StoredRoot | None) -> str:
    # The clocks of two writers differ; a version's time is never before that of the version before.
    return max(now(), before.at) if before else now()


def _fits(change: Change) -> bool:
    images = change.images
    replaced = _size(images.text, *images.services.values())
    size = _size(change.after.text, *change.put) + replaced
    items = len(change.replaced) + 2
    return items <= MAX_TRANSACTION_ITEMS and size <= MAX_TRANSACTION_BYTES and replaced <= MAX_REPLACED_BYTES


def _size(*parts: RootText | ServicePart | None) -> int:
    return sum(len(part.text.encode()) + 500 for part in parts if part is not None)


def _all_services(change: Change) -> Sequence[ServicePart]:
    """All services after a change, also where it has read only those that it puts. Raises Raced."""
    if change.services is not None or change.before is None:
        return change.services or ()
    parts = {part.object_id: part for part in (*plan_of(change.before).services, *change.put)}
    return list(parts.values())


def _transact(items: Sequence[dict[str, Any]]) -> None:
    dynamodb = client("dynamodb")
    try:
        dynamodb.transact_write_items(TransactItems=items)
    except dynamodb.exceptions.TransactionCanceledException as error:
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
        if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
            raise Raced from None
        raise


def _put_root(change: Change) -> dict[str, Any]:
    put = _put(root_item(change.after))
    if change.before is None:
        put["Put"]["ConditionExpression"] = "attribute_not_exists(pk)"
    else:
        put["Put"]["ConditionExpression"] = "version = :held"
        put["Put"]["ExpressionAttributeValues"] = {":held": {"N": str(change.before.version)}}
    return put


def _put(item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": table(), "Item": item}}


def _delete(item_key: Item) -> dict[str, Any]:
    return {"Delete": {"TableName": table(), "Key": item_key}}


def service_key(root: StoredRoot, object_id: str) -> Item:
    return key(root.tenant, root.plan_id, f"SERVICE#{root.generation}#{object_id}")

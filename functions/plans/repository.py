"""Table `plans`: one item collection a plan.

pk `{tenant}#{planId}`; sk:
    ROOT                            version, generation, digest, services (count), seed, and the plan's own text in
                                    before, after
    SERVICE#{generation}#{objectId} rank, document (JSON text)
    VERSION#{version}               one change: operation, at, by, request_id, changed, changed_count, and
                                    `replaced`, the images of what it replaced (JSON text)
    INTENT#{generation}             a generation that is being written and that no root names yet

A generation is live while the root names it, history while the `replaced` of a VERSION item does, else an orphan.

Access patterns
    a plan                          GetItem ROOT, then Query its generation; the root's digest tells a torn read
    some services of a plan         GetItem ROOT, then BatchGetItem
    plans of a tenant               Query index by_tenant, by_org or by_type, in the order of plan ids (roots only)
    history                         Query VERSION#, newest first
"""

import contextlib
import secrets
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from payerworks.aws import client
from payerworks.errors import NotFound, Unavailable
from payerworks.settings import settings
from plans.document import ServicePart, digest
from plans.plan_items import (
    Author,
    Item,
    Summary,
    history_item,
    partition,
    root_from,
    root_item,
    service_from,
    service_item,
    summary_from,
)
from plans.stored_plan import Change, StoredPlan, StoredRoot

MAX_TRANSACTION_ITEMS = 100
MAX_TRANSACTION_BYTES = 3_500_000
MAX_REPLACED_BYTES = 300_000
MAX_LISTED = 500
"""Services of a plan that are worth to be written one by one; beyond, the whole plan is."""
READS = 5


class Raced(Exception):
    """Another change of the plan came first, or came between two reads; nothing was written."""


def read_root(tenant: str, plan_id: str) -> StoredRoot | None:
    """The root, a tombstone too; None where the plan never was. One read unit for each 4 KB of its own text."""
    answer = client("dynamodb").get_item(TableName=_table(), Key=_key(tenant, plan_id, "ROOT"), ConsistentRead=True)
    return root_from(tenant, plan_id, answer["Item"]) if "Item" in answer else None


def live_root(tenant: str, plan_id: str) -> StoredRoot:
    """The root of a plan that is there. Raises NotFound."""
    root = read_root(tenant, plan_id)
    if root is None or root.deleted:
        raise NotFound("There is no plan with this id.")
    return root


def read_plan(tenant: str, plan_id: str) -> StoredPlan:
    """The whole plan, never half of a write. Raises NotFound, and Unavailable where five reads in a row were torn."""
    for attempt in range(READS):
        if attempt:
            time.sleep(0.01 * 2**attempt)
        with contextlib.suppress(Raced):
            return plan_of(live_root(tenant, plan_id))
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
    items = _query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return tuple(sorted(map(service_from, items), key=lambda part: part.rank))


def read_services(root: StoredRoot, object_ids: Collection[str]) -> dict[str, ServicePart]:
    """Some services of a plan by their object ids, those that there are."""
    keys = [service_key(root, object_id) for object_id in dict.fromkeys(object_ids)]
    found: dict[str, ServicePart] = {}
    while keys:
        wanted, keys = keys[:100], keys[100:]
        answer = client("dynamodb").batch_get_item(RequestItems={_table(): {"Keys": wanted, "ConsistentRead": True}})
        parts = [service_from(item) for item in answer["Responses"].get(_table(), [])]
        found |= {part.object_id: part for part in parts}
        keys += answer.get("UnprocessedKeys", {}).get(_table(), {}).get("Keys", [])
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
    return _query(condition, values, IndexName=index, PaginationConfig={"PageSize": count})


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
        ":first": {"S": f"VERSION#{since + 1:010d}"},
        ":last": {"S": f"VERSION#{root.version:010d}"},
    }
    wanted = {"ProjectionExpression": "operation, changed, changed_count", "ConsistentRead": True}
    return _query("pk = :pk AND sk BETWEEN :first AND :last", values, **wanted)


def _query(condition: str, values: Item, **options: Any) -> Iterator[Item]:
    """All items of a query, page after page as they are asked for."""
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(TableName=_table(), KeyConditionExpression=condition, ExpressionAttributeValues=values, **options)
    )
    for page in pages:
        yield from page["Items"]


def commit(change: Change, author: Author) -> StoredRoot:
    """Write a change whole or not at all, its history with it, and give the root as it is then.

    What is small commits in one transaction. What is not is written as a new generation that no reader sees, and one
    transaction then switches the root to it. Raises Raced where another change came first.
    """
    entry = history_item(change, author)
    if not _fits(change, entry):
        return _commit_generation(change, author)
    root = change.after
    removed = [_delete(service_key(root, object_id)) for object_id in change.removed]
    put = [_put(service_item(root, part)) for part in change.put]
    _transact([_put_root(change, root), _put(entry), *removed, *put])
    return root


def _fits(change: Change, entry: Item) -> bool:
    replaced = len(entry["replaced"]["S"].encode())
    size = sum(len(part.text.encode()) + 500 for part in change.put) + replaced
    items = len(change.replaced) + 2
    return items <= MAX_TRANSACTION_ITEMS and size <= MAX_TRANSACTION_BYTES and replaced <= MAX_REPLACED_BYTES


def _commit_generation(change: Change, author: Author) -> StoredRoot:
    if change.services is None:
        raise ValueError("a change of this size needs the whole plan")
    root = replace(change.after, generation=f"{change.after.version}-{secrets.token_hex(4)}")
    intent = _key(root.tenant, root.plan_id, f"INTENT#{root.generation}")
    client("dynamodb").put_item(TableName=_table(), Item=intent | {"begun": {"N": str(int(time.time()))}})
    _write_all([service_item(root, part) for part in change.services])
    # A sweeper that cleans up after dead writers takes the intent first: then this commit fails, not the sweeper.
    taken = _delete(intent, "attribute_exists(pk)")
    _transact([_put_root(change, root), _put(history_item(change, author, whole=True)), taken])
    return root


def _write_all(items: Sequence[Item]) -> None:
    for start in range(0, len(items), 25):
        requests: dict[str, Any] = {_table(): [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]}
        for attempt in range(8):
            requests = client("dynamodb").batch_write_item(RequestItems=requests).get("UnprocessedItems") or {}
            if not requests:
                break
            time.sleep(0.05 * 2**attempt)
        else:
            raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "5"})


def _transact(items: Sequence[dict[str, Any]]) -> None:
    dynamodb = client("dynamodb")
    try:
        dynamodb.transact_write_items(TransactItems=items)
    except dynamodb.exceptions.TransactionCanceledException as error:
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
        if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
            raise Raced from None
        raise


def _put_root(change: Change, root: StoredRoot) -> dict[str, Any]:
    put = _put(root_item(root))
    if change.before is None:
        put["Put"]["ConditionExpression"] = "attribute_not_exists(pk)"
    else:
        put["Put"]["ConditionExpression"] = "version = :held"
        put["Put"]["ExpressionAttributeValues"] = {":held": {"N": str(change.before.version)}}
    return put


def _put(item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": _table(), "Item": item}}


def _delete(key: Item, condition: str = "") -> dict[str, Any]:
    return {"Delete": {"TableName": _table(), "Key": key} | ({"ConditionExpression": condition} if condition else {})}


def service_key(root: StoredRoot, object_id: str) -> Item:
    return _key(root.tenant, root.plan_id, f"SERVICE#{root.generation}#{object_id}")


def _key(tenant: str, plan_id: str, sk: str) -> Item:
    return {"pk": {"S": partition(tenant, plan_id)}, "sk": {"S": sk}}


def _table() -> str:
    return settings().tables["plans"]

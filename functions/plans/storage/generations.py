"""Generations: the services of a plan written anew, which no reader sees until a root names them, and the sweep.

A writer puts an intent, then the items, then switches the root in one transaction that also takes the intent away. What
is left of a writer that died or lost a race is an intent with the items of a generation that nobody names. The sweep

    1. marks the intent as taken, if it is there
    2. asks whether the VERSION item of the version that the generation was made for names it
    3. if not, deletes the generation's items
    4. deletes the intent

and never deletes what a root or a VERSION item names: the switch needs the intent, untaken, so it comes before 1 or
never; if before, the VERSION item is there at 2 and stays for ever. (1 alone would do but for a put of the intent that
the network delivers again after the switch.) Killed at any step, it starts over from 1 the next time.
"""

import datetime
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from payerworks.batches import write_all
from payerworks.dynamodb import Item, Part
from plans.plan.document import ServicePart
from plans.plan.stored_plan import StoredRoot
from plans.storage.items import TABLE, key, service_item, version_sk

WRITER_LIFE = datetime.timedelta(minutes=15)
"""Longer than a function can run that writes plans (29 s), and than AWS takes a request that was signed (5 minutes)."""


def write_generation(root: StoredRoot, services: Sequence[ServicePart]) -> StoredRoot:
    """Write services as a new generation; the root that names it, to be committed together with `release`.

    Raises Unavailable where the table takes no more; a sweep finds what was written.
    """
    named = replace(root, generation=f"{root.version}-{secrets.token_hex(8)}")
    attributes = {"intent": {"S": "pending"}, "begun": {"N": str(int(time.time()))}}
    TABLE.put(_intent(named) | attributes)
    write_all(TABLE, [{"PutRequest": {"Item": service_item(named, part)}} for part in services])
    return named


def release(root: StoredRoot) -> Part:
    """The part of a transaction that commits a root with its new generation: no sweep has taken it, none will."""
    return TABLE.delete_part(_intent(root), "attribute_exists(pk) AND attribute_not_exists(taken)")


def sweep(begun_before: datetime.datetime) -> int:
    """Delete the generations begun before a time that no root names; the number of items that were deleted.

    No writer may be at work any more that had begun by then: it would fail at its end, and be tried again.
    """
    values = {":pending": {"S": "pending"}, ":before": {"N": str(int(begun_before.timestamp()))}}
    found = TABLE.query("intent = :pending AND begun < :before", values, IndexName="by_intent")
    return sum(_sweep_generation({"pk": item["pk"], "sk": item["sk"]}) for item in found)


def _sweep_generation(intent: Item) -> int:
    if not TABLE.update_if("attribute_exists(pk)", intent, "SET taken = :now", {":now": {"N": str(int(time.time()))}}):
        return 0
    pk, generation = intent["pk"], intent["sk"]["S"].removeprefix("INTENT#")
    deleted = 0 if _was_committed(pk, generation) else _delete_items(pk, generation)
    TABLE.delete(intent)
    return deleted


def _was_committed(pk: dict[str, str], generation: str) -> bool:
    sk = version_sk(int(generation.split("-")[0]))
    item = TABLE.get({"pk": pk, "sk": {"S": sk}})
    return item is not None and bool(item["generation"]["S"] == generation)


def _delete_items(pk: dict[str, str], generation: str) -> int:
    values = {":pk": pk, ":prefix": {"S": f"SERVICE#{generation}#"}}
    wanted = {"ProjectionExpression": "pk, sk", "ConsistentRead": True}
    keys = TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, **wanted)
    requests = [{"DeleteRequest": {"Key": item}} for item in keys]
    write_all(TABLE, requests)
    return len(requests)


def _intent(root: StoredRoot) -> Item:
    return key(root.tenant, root.plan_id, f"INTENT#{root.generation}")

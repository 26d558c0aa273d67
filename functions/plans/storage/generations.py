"""Generations: complete sets of a plan's services that no reader sees until a root names them, and their sweep.

A writer puts an intent, then the items, and then switches the root in a transaction that also deletes the intent. A
writer that dies or loses a race leaves an intent and the items of a generation that no root names. The sweep

    1. marks the intent as taken, if it still exists
    2. checks whether the VERSION item of the version the generation was made for names the generation
    3. if not, deletes the generation's items
    4. deletes the intent

It never deletes what a root or a VERSION item names: the switch requires an untaken intent, so it happens before
step 1 or never; if before, step 2 finds the VERSION item, which stays for ever. (Step 2 is needed because the network
may deliver the put of the intent again after the switch.) A sweep killed at any step starts over at step 1.

The network may also deliver a batch of items late: after the switch and after a patch of one of them, it would bring
the old item back. So a generation of which a batch got no answer is never named by a root; the writer begins another.
        A batch gets no answer, is sent again and done; the root is switched, a patch puts S. Then the first batch
        arrives and puts the old S: the plan does not match its digest any more.
"""

import contextlib
import datetime
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from payerworks.batches import write_all
from payerworks.dynamodb import Item, NoAnswer, Part, busy, tries
from plans.plan.document import ServicePart
from plans.plan.stored_plan import StoredRoot
from plans.storage.items import TABLE, key, service_item, version_sk

WRITER_LIFE = datetime.timedelta(minutes=15)
"""Longer than a function that writes plans can run (29 s) and than AWS accepts a signed request (5 minutes)."""


def write_generation(root: StoredRoot, services: Sequence[ServicePart]) -> StoredRoot:
    """Write services as a new generation and return the root that names it; commit that root together with `release`.

    Raises Unavailable if the table is throttled; a sweep deletes what was written.
    """
    for _ in tries():
        new_root = replace(root, generation=f"{root.version}-{secrets.token_hex(8)}")
        attributes = {"intent": {"S": "pending"}, "begun": {"N": str(int(time.time()))}}
        TABLE.put(_intent(new_root) | attributes)
        requests = [{"PutRequest": {"Item": service_item(new_root, part)}} for part in services]
        with contextlib.suppress(NoAnswer):
            write_all(TABLE, requests, is_repeatable=False)
            return new_root
    raise busy()


def release(root: StoredRoot) -> Part:
    """The part of a commit that deletes the intent of its new generation; it fails if a sweep has taken the intent."""
    return TABLE.delete_part(_intent(root), "attribute_exists(pk) AND attribute_not_exists(taken)")


def sweep(begun_before: datetime.datetime) -> int:
    """Delete uncommitted generations begun before a time; returns the number of deleted service items.

    The time must be WRITER_LIFE ago: the commit of a writer still at work would fail and be retried.
    """
    values = {":pending": {"S": "pending"}, ":before": {"N": str(int(begun_before.timestamp()))}}
    intents = TABLE.query("intent = :pending AND begun < :before", values, IndexName="by_intent")
    return sum(_sweep_generation({"pk": item["pk"], "sk": item["sk"]}) for item in intents)


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
    options = {"ProjectionExpression": "pk, sk", "ConsistentRead": True}
    keys = TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, **options)
    requests = [{"DeleteRequest": {"Key": key}} for key in keys]
    write_all(TABLE, requests)
    return len(requests)


def _intent(root: StoredRoot) -> Item:
    return key(root.tenant, root.plan_id, f"INTENT#{root.generation}")

"""Fill an index from the table: read, made into documents and written side by side, in bulk."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

from payerworks.dynamodb import Item
from payerworks.json_text import Json
from payerworks.opensearch import BULK_DOCUMENTS, bulk
from plans.index.documents import Action, root_actions, root_key, service_actions, tombstone_action
from plans.index.index_state import contents, refresh
from plans.plan.document import digest
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage import scan
from plans.storage.scan import RootState
from search.indexes.backfill import Filled, read_ahead
from search.plans.drift import agrees, documents_of
from search.plans.sync import sync_target

WRITERS = 3
"""Bulk calls under way at once."""
BATCH_DOCUMENTS = BULK_DOCUMENTS - 100
"""Documents from which on a batch is written, so that most are one bulk call."""


class _Batch(NamedTuple):
    plans: list[StoredPlan]
    documents: int
    position: Json


def fill(alias: str, position: Json, until: float, *, doubted: bool) -> Filled:
    """Write the plans of the table, tombstones too, from a position on, until `time.monotonic()` is `until`.

    Changes go on meanwhile: a plan that another writer wrote too, or that changed while it was read, is held against
    the table and, where it differs, synced by itself. Else a document that another wrote of an earlier version would
    stay: the sync of the change that took it out finds the plan filled, and has nothing to do.
    `doubted`: a try before this one may have died half way, so all that is written is held against the table.
    """
    plans = documents = 0
    ended = True
    under_way: deque[tuple[Future[None], _Batch]] = deque()
    with ThreadPoolExecutor(WRITERS) as writers:
        for batch in _batches(read_ahead(scan.scan(position))):
            under_way.append((writers.submit(_write, alias, batch.plans, doubted), batch))
            if len(under_way) > WRITERS:
                under_way[0][0].result()
            while under_way and under_way[0][0].done():
                plans, documents, position = _add(plans, documents, *under_way.popleft())
            if time.monotonic() >= until:
                ended = False
                break
        for future, batch in under_way:
            plans, documents, position = _add(plans, documents, future, batch)
    return Filled(None if ended else position, plans, documents)


def _add(plans: int, documents: int, written: Future[None], batch: _Batch) -> tuple[int, int, Json]:
    written.result()
    live = sum(not plan.root.deleted for plan in batch.plans)
    return plans + live, documents + batch.documents, batch.position


def _batches(pages: Iterable[list[Item]]) -> Iterator[_Batch]:
    plans: list[StoredPlan] = []
    documents = 0
    for plan, position in scan.scanned_plans(pages):
        plans.append(plan)
        documents += 0 if plan.root.deleted else documents_of(plan.root.services)
        if documents >= BATCH_DOCUMENTS or len(plans) >= BATCH_DOCUMENTS:
            yield _Batch(plans, documents, position)
            plans, documents = [], 0
    if plans:
        yield _Batch(plans, documents, position)


def _write(alias: str, plans: list[StoredPlan], doubted: bool) -> None:
    whole = [plan for plan in plans if _is_whole(plan)]
    newer, replaced = bulk(alias, (action for plan in whole for action in actions_of(plan)))
    met = newer | replaced
    shared = [plan.root for plan in whole if doubted or root_key(plan.root.tenant, plan.root.plan_id) in met]
    torn = [plan.root for plan in plans if not _is_whole(plan)]
    for root in [*torn, *_disagreeing(alias, shared)]:
        sync_target(alias, root.tenant, root.plan_id, root.version, doubted=True, whole=False)


def _is_whole(plan: StoredPlan) -> bool:
    return plan.root.deleted or digest(plan.root.text, plan.services) == plan.root.digest


def actions_of(plan: StoredPlan) -> Iterator[Action]:
    """What indexes a whole plan, its own document last."""
    if plan.root.deleted:
        yield tombstone_action(plan.root)
        return
    for part in plan.services:
        yield from service_actions(plan.root, part)
    yield from root_actions(plan.root)


def _disagreeing(alias: str, roots: list[StoredRoot]) -> list[StoredRoot]:
    if not roots:
        return []
    refresh(alias)
    found = []
    for tenant, group in groupby(roots, key=lambda root: root.tenant):
        of_tenant = list(group)
        held = contents(alias, tenant, [root.plan_id for root in of_tenant])
        found += [root for root in of_tenant if not agrees(RootState.of(root), held.get(root.plan_id))]
    return found

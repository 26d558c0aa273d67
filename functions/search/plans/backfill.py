"""Fill a plan index from the table: read ahead, and write in parallel bulk calls."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from payerworks.dynamodb import Item
from payerworks.json_text import Json
from payerworks.opensearch import BULK_DOCUMENTS, bulk
from plans.index.documents import Action, root_actions, root_key, service_actions, tombstone_action
from plans.index.index_state import read_contents, refresh
from plans.plan.document import digest
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage import scan
from plans.storage.scan import RootState
from search.indexes.backfill import FilledSlice, read_ahead
from search.plans.drift import document_count, is_in_sync
from search.plans.sync import sync_target

WRITERS = 3
"""Parallel bulk calls."""
BATCH_DOCUMENTS = BULK_DOCUMENTS - 100
"""Minimum documents of a full batch, chosen so that most batches are one bulk call."""


class _Batch(NamedTuple):
    plans: list[StoredPlan]
    documents: int
    position: Json


def fill(alias: str, position: Json, until: float, *, verify: bool) -> FilledSlice:
    """Write the table's plans, tombstones included, starting at a position, until `time.monotonic()` reaches `until`.

    Plans change meanwhile. A plan that another writer also wrote, or that changed while it was read, is compared with
    the table and synced if it differs. Otherwise a document of an earlier version could stay:

        A sync of v1 adds service S to the new index; v2 removes S; this backfill writes v2.
        The sync of v2 finds v2 indexed and does nothing, so S would stay.

    `verify`: an earlier try may have died halfway, so everything written is compared.
    """
    plans = documents = 0
    at_end = True
    under_way: deque[tuple[Future[None], _Batch]] = deque()
    with ThreadPoolExecutor(WRITERS) as writers:
        for batch in _batches(read_ahead(scan.scan(position))):
            under_way.append((writers.submit(_write, alias, batch.plans, verify), batch))
            if len(under_way) > WRITERS:
                under_way[0][0].result()
            while under_way and under_way[0][0].done():
                plans, documents, position = _add(plans, documents, *under_way.popleft())
            if time.monotonic() >= until:
                at_end = False
                break
        for future, batch in under_way:
            plans, documents, position = _add(plans, documents, future, batch)
    return FilledSlice(None if at_end else position, plans, documents)


def _add(plans: int, documents: int, written: Future[None], batch: _Batch) -> tuple[int, int, Json]:
    written.result()
    live = sum(not plan.root.deleted for plan in batch.plans)
    return plans + live, documents + batch.documents, batch.position


def _batches(pages: Iterable[list[Item]]) -> Iterator[_Batch]:
    plans: list[StoredPlan] = []
    documents = 0
    for plan, position in scan.scanned_plans(pages):
        plans.append(plan)
        documents += 0 if plan.root.deleted else document_count(plan.root.services)
        if documents >= BATCH_DOCUMENTS or len(plans) >= BATCH_DOCUMENTS:
            yield _Batch(plans, documents, position)
            plans, documents = [], 0
    if plans:
        yield _Batch(plans, documents, position)


def _write(alias: str, plans: list[StoredPlan], verify: bool) -> None:
    whole = [plan for plan in plans if _is_whole(plan)]
    newer, replaced = bulk(alias, (action for plan in whole for action in actions_of(plan)))
    met = newer | replaced
    suspects = [plan.root for plan in whole if verify or root_key(plan.root.tenant, plan.root.plan_id) in met]
    torn = [plan.root for plan in plans if not _is_whole(plan)]
    for root in [*torn, *_out_of_sync(alias, suspects)]:
        sync_target(alias, root.tenant, root.plan_id, root.version, verify=True, whole=False)


def _is_whole(plan: StoredPlan) -> bool:
    return plan.root.deleted or digest(plan.root.text, plan.services) == plan.root.digest


def actions_of(plan: StoredPlan) -> Iterator[Action]:
    """The actions that index a whole plan; the last one writes the plan's own document."""
    if plan.root.deleted:
        yield tombstone_action(plan.root)
        return
    for part in plan.services:
        yield from service_actions(plan.root, part)
    yield from root_actions(plan.root)


def _out_of_sync(alias: str, roots: list[StoredRoot]) -> list[StoredRoot]:
    if not roots:
        return []
    refresh(alias)
    keyed = {(root.tenant, root.plan_id): root for root in roots}
    contents = read_contents(alias, keyed)
    return [root for key, root in keyed.items() if not is_in_sync(RootState.of(root), contents.get(key))]

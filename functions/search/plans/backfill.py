"""Fill a plan index from the table: read ahead, and write in parallel bulk calls."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from payerworks.dynamodb import Item
from payerworks.json_text import Json
from payerworks.opensearch import BULK_DOCUMENTS, Action, bulk
from plans.index.documents import plan_key, root_actions, root_key, service_actions, tombstone_action
from plans.index.index_state import Content, read_contents, refresh
from plans.plan.document import digest
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage import scan
from plans.storage.scan import PlanKey, RootState
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
    filled = FilledSlice(position, 0, 0)
    at_end = True
    under_way: deque[tuple[Future[set[PlanKey]], _Batch]] = deque()
    with ThreadPoolExecutor(WRITERS) as writers:
        for batch in _batches(read_ahead(scan.scan(position))):
            under_way.append((writers.submit(_write, alias, batch.plans, verify), batch))
            if len(under_way) > WRITERS:
                under_way[0][0].result()
            while under_way and under_way[0][0].done():
                filled = _add(filled, *under_way.popleft())
            if time.monotonic() >= until:
                at_end = False
                break
        for future, batch in under_way:
            filled = _add(filled, future, batch)
    return filled._replace(position=None) if at_end else filled


def _add(filled: FilledSlice, written: Future[set[PlanKey]], batch: _Batch) -> FilledSlice:
    refused = [*filled.refused, *written.result()]
    live = sum(not plan.root.deleted for plan in batch.plans)
    return FilledSlice(batch.position, filled.entries + live, filled.documents + batch.documents, refused)


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


def _write(alias: str, plans: list[StoredPlan], verify: bool) -> set[PlanKey]:
    """Write plans, and return those of which OpenSearch refused a document."""
    whole = [plan for plan in plans if _is_whole(plan)]
    newer, replaced, refused = bulk(alias, (action for plan in whole for action in actions_of(plan)))
    met = newer | replaced
    suspects = [plan.root for plan in whole if verify or root_key(plan.root.tenant, plan.root.plan_id) in met]
    torn = [plan.root for plan in plans if not _is_whole(plan)]
    synced = [*torn, *_out_of_sync(alias, suspects)]
    for root in synced:
        sync_target(alias, root.tenant, root.plan_id, root.version, verify=True, whole=False)
    contents = _contents(alias, synced)
    return {plan_key(action) for action in refused} | {key for key, content in contents.items() if content.refused}


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
    contents = _contents(alias, roots)
    return [root for root in roots if not is_in_sync(RootState.of(root), contents.get((root.tenant, root.plan_id)))]


def _contents(alias: str, roots: list[StoredRoot]) -> dict[PlanKey, Content]:
    if not roots:
        return {}
    refresh(alias)
    return read_contents(alias, [(root.tenant, root.plan_id) for root in roots])

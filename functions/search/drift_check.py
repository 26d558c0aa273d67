"""The steps of a drift check, in slices: the table's plans against the index, then the index's plans against it.

What differs is looked at again at the end of its slice, consistently and some seconds later: a change that is on its
way is no drift. A repair is a message of the feed's queue, so that there is one way of writing only.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from payerworks import messages, metrics
from payerworks.json_text import Json
from payerworks.settings import settings
from plans.index_content import Content, contents, indexed_plans, refresh
from plans.search_index import ALIAS
from plans.table_pages import PAGE, PlanKey, read_root_states, root_page
from search import repository
from search.drift import Finding, compare, orphans
from search.jobs import KINDS, Job, now

SLICE_SECONDS = 20
SETTLE_SECONDS = 3
"""Between two looks at what differs."""
MOST_SUSPECTS = 5000
"""Suspects of a slice from which on it ends."""
TABLE_KINDS = ("missing", "stale")
"""What looking at the table's plans can find."""

Look = tuple[list[PlanKey], int, Json]
"""Suspects of a page, how many plans were looked at, and the position of the next."""


def next_slice(job: Job, *, doubted: bool) -> Job:
    """Do a slice of the job's step; the job as it is after that. Raises Unavailable."""
    look = _look_at_table if job.step == "table" else _look_at_index
    until = time.monotonic() + SLICE_SECONDS
    suspects: list[PlanKey] = []
    position, checked = job.position, 0
    refresh(ALIAS)
    while True:
        found, seen, position = look(job.tenant or None, position)
        suspects += found
        checked += seen
        if position is None or time.monotonic() >= until or len(suspects) >= MOST_SUSPECTS:
            break
    kinds = TABLE_KINDS if job.step == "table" else ("orphaned",)
    findings = [finding for finding in _second_look(suspects) if finding.kind in kinds]
    added = _recorded(job, findings) | ({"checked": checked} if job.step == "table" else {})
    counts = {name: job.counts.get(name, 0) + added.get(name, 0) for name in {**job.counts, **added}}
    after = replace(job, position=position, counts=counts)
    if position is not None:
        return after
    if job.step == "table":
        return replace(after, step="index")
    return replace(after, status="completed", finished_at=now())


def _look_at_table(tenant: str | None, position: Json) -> Look:
    roots, following = root_page(tenant, position)
    return [finding.key for finding in compare(roots, _contents(roots))], len(roots), following


def _look_at_index(tenant: str | None, position: Json) -> Look:
    keys, following = indexed_plans(ALIAS, tenant, position, PAGE)
    roots = read_root_states(keys, consistent=False)
    return [finding.key for finding in orphans(keys, roots)], len(keys), following


def _second_look(suspects: Sequence[PlanKey]) -> Iterator[Finding]:
    if suspects:
        time.sleep(SETTLE_SECONDS)
    for start in range(0, len(suspects), PAGE):
        keys = list(dict.fromkeys(suspects[start : start + PAGE]))
        roots = read_root_states(keys, consistent=True)
        refresh(ALIAS)
        held = _contents(keys)
        yield from compare(roots, held)
        yield from orphans([key for key in held if held[key].documents and key not in roots], roots)


def _contents(keys: Iterable[PlanKey]) -> dict[PlanKey, Content]:
    found: dict[PlanKey, Content] = {}
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        held = contents(ALIAS, tenant, [plan_id for _, plan_id in group])
        found |= {(tenant, plan_id): content for plan_id, content in held.items()}
    return found


def _recorded(job: Job, findings: Sequence[Finding]) -> dict[str, int]:
    """Keep which plans differ, where a tenant can be told of them, and have them repaired, if that is asked for."""
    added: dict[str, int] = {}
    for kind in KINDS:
        keys = [finding.key for finding in findings if finding.kind == kind]
        added[kind] = len(keys)
        metrics.count(f"SearchDrift{kind.capitalize()}", len(keys))
        if keys and job.tenant:
            repository.add_found(job, kind, [plan_id for _, plan_id in keys])
    if job.details.get("repair") and findings:
        messages.send(settings().queues["search_index"], [_repair(job, finding.key) for finding in findings])
        added["repaired"] = len(findings)
    return added


def _repair(job: Job, key: PlanKey) -> dict[str, Json]:
    tenant, plan_id = key
    return {"tenant": tenant, "objectId": plan_id, "repair": True, "requestId": job.request_id}

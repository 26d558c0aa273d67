"""The steps of a drift check, in slices: the table against the index, then the index against the table.

What differs is looked at again at the end of its slice, consistently and some seconds later: a change that is on its
way is no drift. A repair is a message of the feed's queue, so that there is one way of writing only.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from payerworks import log, messages
from payerworks.parts import parts
from payerworks.settings import settings
from payerworks.times import now
from plans.index.index_state import refresh
from search.indexes.drift import DRIFT_KINDS, Finding, Key
from search.jobs import repository
from search.jobs.index_kinds import INDEX_KINDS, IndexKind
from search.jobs.jobs import IndexJob

SLICE_SECONDS = 20
SETTLE_SECONDS = 3
"""Between two looks at what differs."""
MOST_SUSPECTS = 5000
"""Suspects of a slice from which on it ends."""
PAGE = 1000
"""Suspects that are looked at again together."""
TABLE_KINDS = ("missing", "stale")
"""What looking at the table can find."""


def next_slice(job: IndexJob, *, doubted: bool) -> IndexJob:
    """Do a slice of the job's step; the job as it is after that. Raises Unavailable."""
    kind = INDEX_KINDS[job.index]
    compare_page = kind.compare_table_page if job.step == "table" else kind.compare_index_page
    until = time.monotonic() + SLICE_SECONDS
    suspects: list[Key] = []
    position, checked = job.position, 0
    refresh(job.index)
    while True:
        page = compare_page(job.tenant or None, position)
        suspects += page.suspects
        checked += page.checked
        position = page.position
        if position is None or time.monotonic() >= until or len(suspects) >= MOST_SUSPECTS:
            break
    kinds = TABLE_KINDS if job.step == "table" else ("orphaned",)
    findings = [finding for finding in _rechecked(kind, suspects) if finding.kind in kinds]
    added = _recorded(job, findings) | ({"checked": checked} if job.step == "table" else {})
    counts = {name: job.counts.get(name, 0) + added.get(name, 0) for name in {**job.counts, **added}}
    after = replace(job, position=position, counts=counts)
    if position is not None:
        return after
    if job.step == "table":
        return replace(after, step="index")
    return replace(after, status="completed", finished_at=now())


def _rechecked(kind: IndexKind, suspects: Sequence[Key]) -> Iterator[Finding]:
    if suspects:
        time.sleep(SETTLE_SECONDS)
    for part in parts(suspects, PAGE):
        yield from kind.recheck(list(dict.fromkeys(part)))


def _recorded(job: IndexJob, findings: Sequence[Finding]) -> dict[str, int]:
    """Keep what differs, where a tenant can be told of it, and have it repaired, if that is asked for."""
    added: dict[str, int] = {}
    for drift in DRIFT_KINDS:
        keys = [finding.key for finding in findings if finding.kind == drift]
        added[drift] = len(keys)
        log.count(f"SearchDrift{drift.capitalize()}", len(keys))
        if keys and job.tenant:
            repository.add_found(job, drift, [own_id for _, own_id in keys])
    if job.details.get("repair") and findings:
        kind = INDEX_KINDS[job.index]
        repairs = kind.repairs([finding.key for finding in findings], job.request_id)
        messages.send(settings().queues[kind.queue], repairs)
        added["repaired"] = len(findings)
    return added

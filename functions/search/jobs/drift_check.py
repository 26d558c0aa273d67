"""The steps of a drift check, in slices: compare the table with the index, then the index with the table.

Suspects are checked again at the end of their slice, by consistent reads and some seconds later: a change on its way
to the index is not drift. A repair is a message in the queue of changes, so only syncs write the index.
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
from search.jobs.index_job import IndexJob
from search.jobs.index_kinds import INDEX_KINDS, IndexKind

SLICE_SECONDS = 20
SETTLE_SECONDS = 3
"""Pause before suspects are checked again."""
MAX_SUSPECTS = 5000
"""A slice ends when it has this many suspects."""
PAGE = 1000
"""Suspects per call of `recheck`."""
TABLE_KINDS = ("missing", "stale", "refused")
"""The kinds of drift that the step `table` can find."""


def next_slice(job: IndexJob, *, verify: bool) -> IndexJob:
    """Do a slice of the job's current step, and return the job after it. Raises Unavailable."""
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
        if position is None or time.monotonic() >= until or len(suspects) >= MAX_SUSPECTS:
            break
    kinds = TABLE_KINDS if job.step == "table" else ("orphaned",)
    findings = [finding for finding in _recheck(kind, suspects) if finding.kind in kinds]
    added = _record(job, findings) | ({"checked": checked} if job.step == "table" else {})
    counts = {name: job.counts.get(name, 0) + added.get(name, 0) for name in {**job.counts, **added}}
    after = replace(job, position=position, counts=counts)
    if position is not None:
        return after
    if job.step == "table":
        return replace(after, step="index")
    return replace(after, status="completed", finished_at=now())


def _recheck(kind: IndexKind, suspects: Sequence[Key]) -> Iterator[Finding]:
    if suspects:
        time.sleep(SETTLE_SECONDS)
    for part in parts(suspects, PAGE):
        yield from kind.recheck(list(dict.fromkeys(part)))


def _record(job: IndexJob, findings: Sequence[Finding]) -> dict[str, int]:
    """Store the drift if the check has a tenant, send repairs if requested, and return the counts to add."""
    added: dict[str, int] = {}
    for drift in DRIFT_KINDS:
        keys = [finding.key for finding in findings if finding.kind == drift]
        added[drift] = len(keys)
        log.count(f"SearchDrift{drift.capitalize()}", len(keys))
        if keys and job.tenant:
            repository.add_drifted(job, drift, [object_id for _, object_id in keys])
    # OpenSearch would refuse a document again that it has refused, until its plan or the index has changed.
    drifted = [finding.key for finding in findings if finding.kind != "refused"]
    if job.details.get("repair") and drifted:
        kind = INDEX_KINDS[job.index]
        messages.send(settings().queues[kind.queue], kind.repair_messages(drifted, job.request_id))
        added["repaired"] = len(drifted)
    return added

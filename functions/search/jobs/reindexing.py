"""The steps of a reindex: a new index takes the place of the old one while writes and searches go on.

create  add the new index to the targets: each sync that begins from now on writes to it too
fill    write all entries of the table to it; what syncs write has newer versions and stays (plan_sync.py)
switch  let searches read it
clean   take all other indexes out of the targets and, when no call of before can be under way, delete them

Each can be done again after a crash: the new index's name is stored before it is made, a slice of filling begins again
where the last one ended, and the others change nothing that is so already. What a job that nobody goes on with has left
is one of the other indexes of the next job.
"""

import time
from dataclasses import replace

from payerworks.opensearch import SECONDS
from payerworks.times import now
from search.indexes import index_targets
from search.jobs.index_kinds import INDEX_KINDS
from search.jobs.jobs import IndexJob

SLICE_SECONDS = 60
"""How long a slice fills; a Lambda function may run 15 minutes."""


def next_slice(job: IndexJob, *, doubted: bool) -> IndexJob:
    """Do a slice of the job's step; the job as it is after that. Raises Unavailable."""
    targets = INDEX_KINDS[job.index].targets
    if job.step == "name":
        return replace(job, step="create", details={"index": targets.next_index()})
    index = job.details["index"]
    if job.step == "create":
        targets.add(index)
        return replace(job, step="fill")
    if job.step == "fill":
        return _fill(job, targets.write_alias(index), doubted)
    if job.step == "switch":
        targets.switch(index)
        return replace(job, step="clean")
    others = targets.close_others(index)
    time.sleep(SECONDS + 1)
    index_targets.delete(others)
    return replace(job, status="completed", finished_at=now())


def _fill(job: IndexJob, alias: str, doubted: bool) -> IndexJob:
    until = time.monotonic() + SLICE_SECONDS
    filled = INDEX_KINDS[job.index].backfill(alias, job.position, until, doubted=doubted)
    counts = {
        job.index: job.counts.get(job.index, 0) + filled.entries,
        "documents": job.counts.get("documents", 0) + filled.documents,
    }
    step = "switch" if filled.position is None else "fill"
    return replace(job, step=step, position=filled.position, counts=counts)

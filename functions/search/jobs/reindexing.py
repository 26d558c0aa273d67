"""The steps of a reindex: a new index replaces the old one while writes and searches continue.

1.  name    choose the new index's name, which is stored before the index is created
2.  create  add the new index to the targets: every sync that starts from now on writes to it too
3.  fill    write all entries of the table to it; newer versions written by syncs stay (plans/sync.py)
4.  switch  point searches at it
5.  clean   remove all other indexes from the targets and delete them once no earlier call can be running

Each step can be repeated after a crash: a repeated `fill` resumes where the last stored slice ended, and the other
steps have no effect the second time. From a repeated slice on, all slices of `fill` verify what they write: the one
that failed may have come further than the repeated one does. An index left by an abandoned job is one of the others
that the next job cleans.
"""

import time
from dataclasses import replace
from itertools import groupby

from payerworks.opensearch import SECONDS
from payerworks.times import now
from search.indexes import index_targets
from search.jobs import repository
from search.jobs.index_job import IndexJob
from search.jobs.index_kinds import INDEX_KINDS

SLICE_SECONDS = 60
"""Duration of a slice of `fill`; a Lambda function can run 15 minutes."""


def next_slice(job: IndexJob, *, verify: bool) -> IndexJob:
    """Do a slice of the job's current step, and return the job after it. Raises Unavailable."""
    targets = INDEX_KINDS[job.index].targets
    if job.step == "name":
        return replace(job, step="create", details={"index": targets.next_index()})
    index = job.details["index"]
    if job.step == "create":
        targets.add(index)
        return replace(job, step="fill")
    if job.step == "fill":
        return _fill(job, targets.write_alias(index), verify)
    if job.step == "switch":
        targets.switch(index)
        return replace(job, step="clean")
    others = targets.close_others(index)
    time.sleep(SECONDS + 1)
    index_targets.delete(others)
    return replace(job, status="completed", finished_at=now())


def _fill(job: IndexJob, alias: str, verify: bool) -> IndexJob:
    until = time.monotonic() + SLICE_SECONDS
    verify = verify or "verify" in job.details
    filled = INDEX_KINDS[job.index].backfill(alias, job.position, until, verify=verify)
    counts = {
        job.index: job.counts.get(job.index, 0) + filled.entries,
        "documents": job.counts.get("documents", 0) + filled.documents,
        "refused": job.counts.get("refused", 0) + len(filled.refused),
    }
    for tenant, keys in groupby(sorted(filled.refused), key=lambda key: key[0]):
        repository.add_drifted(replace(job, tenant=tenant), "refused", [object_id for _, object_id in keys])
    step = "switch" if filled.position is None else "fill"
    details = job.details | ({"verify": True} if verify else {})
    return replace(job, step=step, position=filled.position, counts=counts, details=details)

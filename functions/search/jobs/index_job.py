"""A job on a whole index, done in slices, each started by a message of the queue SearchJobs."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from payerworks.json_text import Json
from payerworks.times import now

JobName = Literal["drift", "reindex"]
Index = Literal["plans", "patients"]
JobStatus = Literal["running", "completed", "failed"]

INDEXES: tuple[Index, ...] = ("plans", "patients")
FIRST_STEPS: dict[JobName, str] = {"drift": "table", "reindex": "name"}
"""The first step of each job (drift_check.py, reindexing.py)."""

STALLED_SECONDS = 1800
"""A running job that has stored nothing for this long has lost its message; a new one may replace it."""
KILLED_SECONDS = 900
"""A slice that begins this long after the last one follows a try that was killed, or waited for other jobs."""

MAX_IDLE = 10
"""Slices in a row that end where they began; a job ends as failed then, instead of sending itself messages forever."""
MAX_SLICES = 20_000
"""Slices of a job, of up to a minute each: two weeks, in which a reindex writes two thousand million documents."""


@dataclass(frozen=True, slots=True)
class IndexJob:
    """A job, stored after each slice; times are ISO 8601 in UTC.

    tenant    whose plans or patients the job covers; empty for all tenants
    step      the step of the next slice
    slices    number of finished slices, by which messages identify the next one
    idle      number of the last slices that made no progress
    position  where the next slice starts in its step (a JSON value, None at the beginning)
    counts    totals so far
    details   data that the steps pass on to later slices
    error     why the last try of the next slice failed, which is retried; of a failed job, why it failed
    index     alias of the index
    """

    name: JobName
    tenant: str
    id: str
    request_id: str
    step: str
    started_at: str
    updated_at: str
    status: JobStatus = "running"
    slices: int = 0
    idle: int = 0
    position: Json = None
    counts: dict[str, int] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    finished_at: str | None = None
    error: str | None = None
    index: Index = "plans"

    @property
    def stalled(self) -> bool:
        """Whether the job is unfinished but has made no progress for STALLED_SECONDS."""
        return self.status == "running" and self._seconds_since_update() > STALLED_SECONDS

    @property
    def was_interrupted(self) -> bool:
        """Whether the next slice may have been begun before, whatever SQS says of its message's tries."""
        return self.error is not None or self._seconds_since_update() > KILLED_SECONDS

    def _seconds_since_update(self) -> float:
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(self.updated_at)
        return age.total_seconds()


def after_slice(before: IndexJob, after: IndexJob) -> IndexJob:
    """The job to store after a slice; failed if it could go on forever."""
    made_progress = (after.step, after.position, after.status) != (before.step, before.position, before.status)
    slices, idle = before.slices + 1, 0 if made_progress else before.idle + 1
    job = replace(after, slices=slices, idle=idle, updated_at=now(), error=None)
    if job.status != "running" or (idle < MAX_IDLE and slices < MAX_SLICES):
        return job
    reason = "the last slices made no progress" if idle >= MAX_IDLE else "it takes too many slices"
    return replace(job, status="failed", finished_at=job.updated_at, error=f"The job was given up: {reason}.")


def slice_message(job: IndexJob) -> dict[str, Json]:
    """The message that starts a job's next slice."""
    job_key = {"job": job.name, "index": job.index, "tenant": job.tenant, "id": job.id}
    return job_key | {"slice": job.slices, "requestId": job.request_id}

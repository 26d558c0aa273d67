"""A job of search: work on a whole table, done in slices that a queue's messages start one after another."""

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

from payerworks.json_text import Json

JobName = Literal["drift", "reindex"]
Index = Literal["plans", "patients"]
JobStatus = Literal["running", "completed"]

INDEXES: tuple[Index, ...] = ("plans", "patients")
FIRST_STEPS: dict[JobName, str] = {"drift": "table", "reindex": "name"}
"""Where a job begins (drift_check.py, reindexing.py)."""

STALLED_SECONDS = 1800
"""A running job that has stored nothing for so long may be begun anew; its messages have been lost."""


@dataclass(frozen=True, slots=True)
class IndexJob:
    """A job as it is stored after each slice; times are ISO 8601 in UTC.

    index     what it is about: the alias of an index
    tenant    whose plans or patients these are; empty for those of all
    slices    how many are done: a slice's message names how many there were before
    step      where the next slice goes on, `position` where in it (a JSON value, None at its beginning)
    counts    what is done so far
    error     why the last try of the next slice failed; it is tried again
    details   what the job's own steps keep from slice to slice
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
    position: Json = None
    counts: dict[str, int] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    finished_at: str | None = None
    error: str | None = None
    index: Index = "plans"

    @property
    def stalled(self) -> bool:
        """Whether nothing goes on any more, although it is not finished."""
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(self.updated_at)
        return self.status == "running" and age.total_seconds() > STALLED_SECONDS


def message_of(job: IndexJob) -> dict[str, Json]:
    """The message that starts a job's next slice."""
    own = {"job": job.name, "index": job.index, "tenant": job.tenant, "id": job.id, "slice": job.slices}
    return own | {"requestId": job.request_id}

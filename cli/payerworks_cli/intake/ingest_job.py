"""Jobs of files as commands read and show them."""

import datetime
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.terminal import counted


class Step(BaseModel):
    """Something that a job has done, and when."""

    step: str
    at: str
    detail: str


class Job(BaseModel):
    """An ingest job, as GET /ingest/{task_id} shows it."""

    task_id: str
    key: str = ""
    kind: str = ""
    status: str
    error: str | None = None
    steps: list[Step] = []
    percent: float = 0
    started_at: str | None = None
    finished_at: str | None = None
    rows_read: int = 0
    patients_created: int = 0
    patients_updated: int = 0
    patients_unchanged: int = 0
    visits_created: int = 0
    claims_created: int = 0
    duplicates: int = 0
    rejected: int = 0

    @property
    def ended(self) -> bool:
        return self.status in ("completed", "failed")

    @property
    def failed(self) -> bool:
        return self.status == "failed"

    @property
    def changes(self) -> int:
        return self.patients_created + self.patients_updated + self.visits_created + self.claims_created

    @property
    def seconds(self) -> float | None:
        """How long the service worked on the file; None while it does."""
        if not self.started_at or not self.finished_at:
            return None
        first, last = map(datetime.datetime.fromisoformat, (self.started_at, self.finished_at))
        return (last - first).total_seconds()

    @property
    def reason(self) -> str:
        """Why it failed."""
        return self.error or f"job {self.task_id} gives no reason; see `make logs`"


def job_of(value: Any) -> Job:
    """A job of an answer. Raises UnexpectedAnswer."""
    try:
        return Job.model_validate({name: given for name, given in dict(value).items() if given is not None})
    except (TypeError, ValueError) as error:
        raise UnexpectedAnswer(f"An ingest job came in a strange form: {error}") from None


def job_path(task_id: str) -> str:
    """The path of a job in the API."""
    return f"/ingest/{quote(task_id, safe='')}"


def read_job(api: Api, task_id: str) -> Job:
    """A job as it is now."""
    return job_of(api.ask("GET", job_path(task_id)).json())


def counts(job: Job) -> str:
    """What became of a job's rows, as far as it is.

    Patients are unchanged row by row: that is worth telling where rows are of patients alone.
    """
    said = [
        f"{counted(job.patients_created, 'patient')} created" if job.patients_created else "",
        f"{job.patients_updated:,} updated" if job.patients_updated else "",
        f"{job.patients_unchanged:,} unchanged" if job.patients_unchanged and not job.visits_created else "",
        f"{counted(job.visits_created, 'visit')} created" if job.visits_created else "",
        f"{counted(job.claims_created, 'claim')} stored" if job.claims_created else "",
        f"{counted(job.duplicates, 'duplicate')}" if job.duplicates else "",
        f"{job.rejected:,} rejected" if job.rejected else "",
    ]
    return ", ".join(text for text in said if text)


def outcome(job: Job) -> str:
    """What a job has done, in one line."""
    what = counts(job)
    if not job.changes and (job.duplicates or job.patients_unchanged):
        what = f"nothing new: {what}"
    return f"{counted(job.rows_read, 'row')} read, {what or 'nothing to change'}"

"""The job of a file as commands read and show it."""

import datetime
from collections.abc import Callable, Iterator
from typing import Annotated, Literal
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.api_words import with_commands
from payerworks_cli.session import Step
from payerworks_cli.terminal import counted

Status = Literal["queued", "running", "completed", "failed"]
JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `payerworks jobs list` shows it.")]


class IngestJob(BaseModel, extra="allow"):
    """The job of a file, as GET /ingest/{task_id} shows it; other members are kept."""

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
    blank: int = 0
    encoding: str | None = None

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
        """How long the service worked on the file; None until it has ended."""
        if not self.started_at or not self.finished_at:
            return None
        first, last = map(datetime.datetime.fromisoformat, (self.started_at, self.finished_at))
        return (last - first).total_seconds()

    def reason(self, command: Callable[[str], str]) -> str:
        """Why the job failed; `command` makes the commands in it."""
        if not self.error:
            return f"job {self.task_id} gives no reason, but the functions log it under this id"
        return with_commands(self.error, command)


def job_path(task_id: str) -> str:
    """The path of a job in the API."""
    return f"/ingest/{quote(task_id, safe='')}"


def find_jobs(api: Api, limit: int | None = None, **filters: str | None) -> Iterator[IngestJob]:
    """The jobs that match all filters of GET /ingest, `limit` at most, newest first."""
    return api.items("/ingest", IngestJob, filters, limit)


def read_job(api: Api, task_id: str) -> IngestJob:
    """A job in its current state."""
    return api.ask("GET", job_path(task_id)).parse(IngestJob)


def counts(job: IngestJob) -> str:
    """The results of a job's rows so far.

    Every visit of a known patient counts as one unchanged patient, so unchanged patients are left out beside visits.
    """
    results = [
        f"{counted(job.patients_created, 'patient')} created" if job.patients_created else "",
        f"{job.patients_updated:,} updated" if job.patients_updated else "",
        f"{job.patients_unchanged:,} unchanged" if job.patients_unchanged and not job.visits_created else "",
        f"{counted(job.visits_created, 'visit')} created" if job.visits_created else "",
        f"{counted(job.claims_created, 'claim')} stored" if job.claims_created else "",
        f"{counted(job.duplicates, 'duplicate')}" if job.duplicates else "",
        f"{job.rejected:,} rejected" if job.rejected else "",
    ]
    return ", ".join(text for text in results if text)


def outcome(job: IngestJob) -> str:
    """The results of a job in one line."""
    results = counts(job)
    if not job.changes and (job.duplicates or job.patients_unchanged):
        results = f"nothing new: {results}"
    blank = f", {counted(job.blank, 'blank row')} skipped" if job.blank else ""
    encoding = f"; the file was read as {job.encoding}" if job.encoding not in (None, "", "UTF-8", "utf-8") else ""
    return f"{counted(job.rows_read, 'row')} read, {results or 'nothing to change'}{blank}{encoding}"

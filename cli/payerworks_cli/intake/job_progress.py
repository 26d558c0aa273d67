"""Follow the jobs of uploaded files to their end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from payerworks_cli.api import Api
from payerworks_cli.errors import JobFailed, RowsRejected, TookTooLong
from payerworks_cli.intake.ingest_job import IngestJob, find_jobs, read_job
from payerworks_cli.terminal import Bars, counted
from payerworks_cli.timeouts import Timeouts


@dataclass
class Upload:
    """A file under its key of the bucket, and its job once that has appeared.

    By this machine's clock, `began_at` is when the job was first seen running, `moved_at` when it last changed.
    """

    key: str
    path: Path
    job: IngestJob | None = None
    began_at: float | None = None
    moved_at: float = field(default_factory=time.monotonic)


def follow(api: Api, uploads: list[Upload], bars: Bars, timeouts: Timeouts) -> list[tuple[Path, IngestJob]]:
    """Poll the jobs until all have ended; each file with its job. Raises TookTooLong if one makes no progress."""
    while True:
        for upload in uploads:
            if upload.job is None or not upload.job.ended:
                _poll(api, upload, timeouts)
                _show(upload, bars)
        ended = [(upload.path, upload.job) for upload in uploads if upload.job and upload.job.ended]
        if len(ended) == len(uploads):
            return ended
        time.sleep(timeouts.poll)


def raise_failures(ingested: list[tuple[Path, IngestJob]], command: Callable[[str], str]) -> None:
    """Raise JobFailed if a job failed, with the reason of each that did; `command` makes commands."""
    failures = [f"{path.name}: {job.reason(command)}" for path, job in ingested if job.failed]
    if failures:
        raise JobFailed("The service could not ingest " + "; ".join(failures))


def raise_rejects(ingested: list[tuple[Path, IngestJob]]) -> None:
    """Raise RowsRejected if rows of a file were rejected, for --strict."""
    rejects = [f"{counted(job.rejected, 'row')} of {path.name}" for path, job in ingested if job.rejected]
    if rejects:
        raise RowsRejected(f"Rejected: {', '.join(rejects)}; all others went in or were known already.")


def _poll(api: Api, upload: Upload, timeouts: Timeouts) -> None:
    before = upload.job
    if before:
        upload.job = read_job(api, before.task_id)
    else:
        upload.job = next(find_jobs(api, key=upload.key), None)
    now = time.monotonic()
    if upload.job != before:
        upload.moved_at = now
    if upload.began_at is None and upload.job and upload.job.status == "running":
        upload.began_at = now
    still, logs = now - upload.moved_at, api.deployment.logs
    if upload.job is None and still > timeouts.job_appears:
        raise TookTooLong(f"{upload.key} is uploaded, but no job for it appeared within {still:.0f} s: see {logs()}.")
    if upload.job and not upload.job.ended and still > timeouts.job_stands_still:
        task_id, percent = upload.job.task_id, upload.job.percent
        raise TookTooLong(f"Job {task_id} of {upload.key} stands still at {percent:.0f} %; see {logs(task_id)}.")


def _show(upload: Upload, bars: Bars) -> None:
    seconds = time.monotonic() - upload.began_at if upload.began_at else 0
    if upload.job:
        bars.show(upload.path.name, upload.job.percent, note(upload.job), pace(upload.job, seconds))
    else:
        bars.show(upload.path.name, 0, "uploaded")


def note(job: IngestJob) -> str:
    """A few words on a running job: its rows and what became of them."""
    if not job.rows_read:
        return job.status
    results = {
        "created": job.changes - job.patients_updated,
        "updated": job.patients_updated,
        "unchanged": job.patients_unchanged if not job.visits_created else 0,
        "duplicate" if job.duplicates == 1 else "duplicates": job.duplicates,
        "rejected": job.rejected,
    }
    told = [f"{number:,} {name}" for name, number in results.items() if number]
    return ", ".join([counted(job.rows_read, "row"), *told])


def pace(job: IngestJob, seconds: float) -> list[str]:
    """The speed of a job that has been running for so long, and the time left; empty if that cannot be said."""
    if seconds < 1 or not job.percent or not job.rows_read or job.ended:
        return []
    left = seconds * (100 - job.percent) / job.percent
    return [f"{job.rows_read / seconds:,.0f}/s", f"{left:,.0f} s left"]

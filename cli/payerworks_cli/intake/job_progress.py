"""Follow the jobs of uploaded files to their end."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong
from payerworks_cli.intake.ingest_job import Job, job_of, read_job
from payerworks_cli.terminal import Bars, counted
from payerworks_cli.timeouts import Timeouts


@dataclass
class Upload:
    """A file under its key, the jobs that the key had before, and the job that the upload started.

    `began_at` is when that was first seen at work, `moved_at` when it was last seen to change; both by our own clock.
    """

    key: str
    path: Path
    same_as_before: bool = False
    earlier: dict[str, Job] = field(default_factory=dict)
    job: Job | None = None
    began_at: float | None = None
    moved_at: float = field(default_factory=time.monotonic)


def follow(api: Api, uploads: list[Upload], bars: Bars, timeouts: Timeouts) -> None:
    """Look at the jobs until all have ended. Raises TookTooLong where one does not appear, or stands still."""
    while True:
        for upload in uploads:
            if upload.job is None or not upload.job.ended:
                _look(api, upload, timeouts)
                _show(upload, bars)
        if all(upload.job and upload.job.ended for upload in uploads):
            return
        time.sleep(timeouts.look)


def _show(upload: Upload, bars: Bars) -> None:
    seconds = time.monotonic() - upload.began_at if upload.began_at else 0
    percent, told = (upload.job.percent, note(upload.job, seconds)) if upload.job else (0, "uploaded")
    bars.show(upload.path.name, percent, told)


def note(job: Job, seconds: float) -> str:
    """How a job stands that has been seen at work for so long, in few words.

    Its rows, how fast they go, how long it will take, and what becomes of them.
    """
    if not job.rows_read:
        return job.status
    said = [counted(job.rows_read, "row")]
    if seconds >= 1 and job.percent and not job.ended:
        left = seconds * (100 - job.percent) / job.percent
        said += [f"{job.rows_read / seconds:,.0f}/s", f"{left:,.0f} s left"]
    became = {
        "created": job.changes - job.patients_updated,
        "updated": job.patients_updated,
        "unchanged": job.patients_unchanged if not job.visits_created else 0,
        "duplicates": job.duplicates,
        "rejected": job.rejected,
    }
    said += [f"{number:,} {name}" for name, number in became.items() if number]
    return ", ".join(said)


def _look(api: Api, upload: Upload, timeouts: Timeouts) -> None:
    """Bring an upload's job up to date; raises TookTooLong when nothing moves."""
    before, now = upload.job, time.monotonic()
    if before:
        upload.job = read_job(api, before.task_id)
    else:
        upload.job = _started_job(api, upload, now - upload.moved_at > timeouts.job_of_known_bytes_appears)
    if upload.job != before:
        upload.moved_at = time.monotonic()
    if upload.began_at is None and upload.job and upload.job.status == "running":
        upload.began_at = now
    still = time.monotonic() - upload.moved_at
    if upload.job is None and still > timeouts.job_appears:
        raise TookTooLong(
            f"{upload.key} is uploaded, but no job for it appeared within {still:.0f} s; see `make logs`."
        )
    if upload.job and not upload.job.ended and still > timeouts.job_stands_still:
        task_id, percent = upload.job.task_id, upload.job.percent
        raise TookTooLong(
            f"Job {task_id} of {upload.key} stands still at {percent:.0f} %; see `make logs FIND={task_id}`."
        )


def _started_job(api: Api, upload: Upload, take_an_earlier: bool) -> Job | None:
    """The job of this upload: one that was not there before it, or one that began anew.

    A service that knows the bytes may start none; then the job that ingested them is the answer.
    """
    jobs = [job_of(item) for item in api.items("/ingest", params={"key": upload.key})]
    new = [job for job in jobs if job.task_id not in upload.earlier or _began_anew(job, upload.earlier[job.task_id])]
    if not new and upload.same_as_before and take_an_earlier:
        new = [job for job in jobs if job.ended]
    return new[0] if new else None


def _began_anew(job: Job, earlier: Job) -> bool:
    return job.started_at != earlier.started_at or (earlier.ended and not job.ended)

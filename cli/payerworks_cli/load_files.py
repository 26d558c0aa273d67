"""Put CSV files into the intake bucket and follow their jobs to the end."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.errors import IngestFailed, TookTooLong, UnexpectedAnswer
from payerworks_cli.intake_bucket import IntakeBucket
from payerworks_cli.patience import Patience
from payerworks_cli.screen import Bars, Part, Screen, counted


class Job(BaseModel):
    """An ingest job, as GET /ingest/{task_id} shows it."""

    task_id: str
    status: str
    error: str | None = None
    percent: float = 0
    started_at: str | None = None
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


@dataclass
class Upload:
    """A file under its key, the jobs that the key had before, and the job that the upload started."""

    key: str
    path: Path
    same_as_before: bool
    earlier: dict[str, Job]
    job: Job | None = None
    moved_at: float = field(default_factory=time.monotonic)


def load_files(
    api: Api, bucket: IntakeBucket, folder: str, files: list[Path], screen: Screen, patience: Patience
) -> list[Upload]:
    """Upload every file under a folder of the bucket (`patients`, `claims`) and wait for the ends of their jobs.

    Raises IngestFailed if one failed.
    """
    with screen.part(f"{folder}/") as part:
        uploads = [_upload(api, bucket, f"{folder}/{path.name}", path) for path in files]
        with screen.bars() as bars:
            _follow(api, uploads, bars, patience)
        for upload in uploads:
            _tell(upload, part)
    failed = [f"{upload.path.name}: {_reason(upload.job)}" for upload in uploads if upload.job and upload.job.failed]
    if failed:
        raise IngestFailed("The service could not ingest " + "; ".join(failed))
    return uploads


def _upload(api: Api, bucket: IntakeBucket, key: str, path: Path) -> Upload:
    earlier = {job.task_id: job for job in map(_job, api.items("/ingest", params={"key": key}))}
    return Upload(key, path, bucket.put(key, path), earlier)


def _follow(api: Api, uploads: list[Upload], bars: Bars, patience: Patience) -> None:
    while True:
        for upload in uploads:
            if upload.job is None or not upload.job.ended:
                _look(api, upload, patience)
                job = upload.job
                bars.show(upload.path.name, job.percent if job else 0, job.status if job else "uploaded")
        if all(upload.job and upload.job.ended for upload in uploads):
            return
        time.sleep(patience.look)


def _look(api: Api, upload: Upload, patience: Patience) -> None:
    """Bring an upload's job up to date; raises TookTooLong when nothing moves."""
    before = upload.job
    if before:
        upload.job = _job(api.ask("GET", f"/ingest/{before.task_id}").json())
    else:
        upload.job = _started_job(api, upload, time.monotonic() - upload.moved_at > patience.job_of_known_bytes_appears)
    if upload.job != before:
        upload.moved_at = time.monotonic()
    still = time.monotonic() - upload.moved_at
    if upload.job is None and still > patience.job_appears:
        raise TookTooLong(
            f"{upload.key} is uploaded, but no job for it appeared within {still:.0f} s; see `make logs`."
        )
    if upload.job and not upload.job.ended and still > patience.job_stands_still:
        raise TookTooLong(
            f"Job {upload.job.task_id} of {upload.key} stands still at {upload.job.percent:.0f} %; see `make logs`."
        )


def _started_job(api: Api, upload: Upload, take_an_earlier: bool) -> Job | None:
    """The job of this upload: one that was not there before it, or one that began anew.

    A service that knows the bytes may start none; then the job that ingested them is the answer.
    """
    jobs = [_job(item) for item in api.items("/ingest", params={"key": upload.key})]
    new = [job for job in jobs if job.task_id not in upload.earlier or _began_anew(job, upload.earlier[job.task_id])]
    if not new and upload.same_as_before and take_an_earlier:
        new = [job for job in jobs if job.ended]
    return new[0] if new else None


def _began_anew(job: Job, earlier: Job) -> bool:
    return job.started_at != earlier.started_at or (earlier.ended and not job.ended)


def _tell(upload: Upload, part: Part) -> None:
    job = upload.job
    if job is None or job.failed:
        return
    said = [
        f"{counted(job.patients_created, 'patient')} created" if job.patients_created else "",
        f"{job.patients_updated:,} updated" if job.patients_updated else "",
        f"{counted(job.visits_created, 'visit')} created" if job.visits_created else "",
        f"{counted(job.claims_created, 'claim')} stored" if job.claims_created else "",
        f"{job.patients_unchanged:,} unchanged" if job.patients_unchanged and not job.changes else "",
        f"{counted(job.duplicates, 'duplicate')}" if job.duplicates else "",
        f"{job.rejected:,} rejected (GET /ingest/{job.task_id}/rejects)" if job.rejected else "",
    ]
    done = ", ".join(text for text in said if text) or "nothing to change"
    part.say(f"{upload.path.name}: {counted(job.rows_read, 'row')} read, {done}")


def _reason(job: Job) -> str:
    return job.error or f"job {job.task_id} gives no reason; see `make logs`"


def _job(item: Any) -> Job:
    try:
        return Job.model_validate({name: value for name, value in dict(item).items() if value is not None})
    except (TypeError, ValueError) as error:
        raise UnexpectedAnswer(f"An ingest job came in a strange form: {error}") from None

"""A job: a file on its way into the registry, or to the claims."""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from typing import Literal

from intake.files.columns import ColumnMapping
from intake.jobs.splitting import Chunk

JobStatus = Literal["queued", "running", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows. Each row that was read is a reject, a duplicate, or counts."""

    rows_read: int = 0
    patients_created: int = 0
    patients_updated: int = 0
    patients_unchanged: int = 0
    visits_created: int = 0
    claims_created: int = 0
    duplicates: int = 0
    rejected: int = 0


COUNTS = tuple(count.name for count in fields(Counts))


@dataclass(frozen=True, slots=True)
class File:
    """A version of an object in the intake bucket: its version id, or its ETag (in quotes) without versions."""

    key: str
    version: str

    @property
    def kind(self) -> str:
        """What an uploaded file is of (kinds.KINDS): the folder that it was put into."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class SplitResult:
    """What a split found, and all that a worker needs to load a chunk.

    source      the file that the chunks are ranges of: the job's own, or what its gzip file was unpacked to
    columns, delimiter
                of the header
    stamp       when the content was first seen, and which it is (registration.Origin)
    careful     others load at the same time
    contested   some keys are: the last chunk loads their rows
    chunks      how many there are
    mapping     that the file was split by, whatever became of it since
    """

    source: File
    columns: list[str]
    delimiter: str
    stamp: str
    careful: bool
    contested: bool
    chunks: int
    mapping: ColumnMapping | None = None


@dataclass(frozen=True, slots=True)
class FileJob:
    """A job as it is stored; times are ISO 8601 in UTC.

    `hand_overs` is how often its split was handed on to another invocation, `handed_on_at` the last time of it,
    `retried` which part of the work was last begun again after a try that failed or died, and `loaded_at` when the last
    chunk so far was loaded.
    """

    tenant: str
    task_id: str
    file: File
    kind: str
    status: JobStatus
    received_at: str
    started_at: str | None = None
    handed_on_at: str | None = None
    split_at: str | None = None
    retried_at: str | None = None
    loaded_at: str | None = None
    finished_at: str | None = None
    retried: str | None = None
    error: str | None = None
    split: SplitResult | None = None
    hand_overs: int = 0
    chunks_done: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def percent(self) -> float:
        """How much of the file is loaded."""
        if self.status == "completed":
            return 100.0
        return round(100 * self.chunks_done / self.split.chunks, 1) if self.split and self.split.chunks else 0.0


def task_id_of(tenant: str, file: File) -> str:
    """The id of the job for a version of an object: the same, however often S3 tells of it."""
    return hashlib.blake2b("\0".join((tenant, file.key, file.version)).encode(), digest_size=16).hexdigest()


def chunk_message(job: FileJob, chunk: Chunk) -> dict[str, object]:
    """The message that has a chunk loaded; it holds no patient data."""
    return {"tenant": job.tenant, "task_id": job.task_id, "chunk": asdict(chunk), "requestId": job.task_id}


def split_message(job: FileJob, uploaded_at: str) -> dict[str, object]:
    """The message that has the split of a job's file gone on with."""
    return {"tenant": job.tenant, "task_id": job.task_id, "uploaded_at": uploaded_at, "requestId": job.task_id}


def job_answer(job: FileJob) -> dict[str, object]:
    """The job as GET /ingest/{task_id} shows it (models.IngestJob)."""
    return {
        "task_id": job.task_id,
        "key": job.file.key,
        "kind": job.kind,
        "status": job.status,
        "error": job.error,
        "steps": _steps(job),
        "percent": job.percent,
        **asdict(job.counts),
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def _steps(job: FileJob) -> list[dict[str, str]]:
    chunks = job.split.chunks if job.split else 0
    steps = [
        ("received", job.received_at, "the file is in the bucket"),
        ("started", job.started_at, "a worker reads it from its beginning to its end"),
        ("handed_on", job.handed_on_at, f"time was out: {job.hand_overs} times another went on where it was"),
        ("split", job.split_at, f"chunks to load: {chunks}"),
        ("retried", job.retried_at, job.retried or ""),
        ("loading", job.loaded_at, f"chunks loaded: {job.chunks_done} of {chunks}"),
        (job.status, job.finished_at, job.error or f"rows read: {job.counts.rows_read}"),
    ]
    return [{"step": step, "at": at, "detail": detail} for step, at, detail in steps if at]

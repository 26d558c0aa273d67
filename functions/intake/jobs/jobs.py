"""A job: the loading of a file into the registry or the claims."""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from typing import Literal

from intake.files.columns import ColumnMapping
from intake.jobs.splitting import Chunk
from intake.jobs.uploader import Uploader

JobStatus = Literal["queued", "running", "completed", "failed"]

GONE = "Working files of this job are gone; upload the file again."
"""The error of a job that cannot be finished for lack of its file or of a working file."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The outcomes of rows: each row read is a reject, a duplicate, or counted in the other members.

    A row of blanks alone is not read: it is counted in `blank`.
    """

    rows_read: int = 0
    patients_created: int = 0
    patients_updated: int = 0
    patients_unchanged: int = 0
    visits_created: int = 0
    claims_created: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0


COUNTS = tuple(count.name for count in fields(Counts))


@dataclass(frozen=True, slots=True)
class File:
    """A version of an object in the intake bucket: its version id, or its ETag (in quotes) without versions.

    Without either, it is the current version: of a copy that each try makes the same (source.py).
    """

    key: str
    version: str

    @property
    def kind(self) -> str:
        """The kind of an uploaded file (kinds.FILE_KINDS): its folder in the bucket."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class SplitResult:
    """The result of a split: all that a worker needs to load a chunk.

    source              the file whose ranges the chunks are: the job's own, or its unpacked content
    columns, delimiter  from the header
    stamp               of the first job with this content, and the content's id (registry_rules.Origin)
    contested           some keys are contested (row_conflicts.py): the last chunks load their rows
    chunks              the number of chunks
    mapping             the mapping at the time of the split; later changes of the object do not matter
    is_reject_list      the file is a corrected list of rejects (columns.Header)
    stored_as           the name of the chunks and contested keys in the bucket, a hash of them: a split of the same
                        file with another mapping has other names
    """

    source: File
    columns: list[str]
    delimiter: str
    stamp: str
    contested: bool
    chunks: int
    mapping: ColumnMapping | None = None
    is_reject_list: bool = False
    stored_as: str = ""


@dataclass(frozen=True, slots=True)
class FileJob:
    """A stored job; times are ISO 8601 in UTC.

    stamp         its place among the tenant's jobs in the order in which they began; sorts as text
    beside        the stamps of the jobs of this kind that were at work when it began, up to MAX_BESIDE, the earliest
    hand_overs    the number of times that another invocation had to continue the split
    handed_on_at  the time of the last hand-over
    retried       the part of the work that was last tried again, and the number of that try
    loaded_at     the time at which the latest chunk was loaded
    encoding      the file's encoding, once it is known (encodings.ENCODINGS)
    uploader      who put the file; of a job that began before jobs kept it, an S3 client that nobody knows
    """

    tenant: str
    task_id: str
    file: File
    kind: str
    status: JobStatus
    received_at: str
    stamp: str = ""
    beside: tuple[str, ...] = ()
    started_at: str | None = None
    handed_on_at: str | None = None
    split_at: str | None = None
    retried_at: str | None = None
    loaded_at: str | None = None
    finished_at: str | None = None
    retried: str | None = None
    error: str | None = None
    encoding: str | None = None
    split: SplitResult | None = None
    uploader: Uploader = field(default_factory=Uploader)
    hand_overs: int = 0
    chunks_done: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def has_ended(self) -> bool:
        """Whether it is completed or failed: no chunk is loaded any more."""
        return self.status in ("completed", "failed")

    @property
    def percent(self) -> float:
        """The loaded part of the file, 0 to 100."""
        if self.status == "completed":
            return 100.0
        return round(100 * self.chunks_done / self.split.chunks, 1) if self.split and self.split.chunks else 0.0


def task_id_of(tenant: str, file: File) -> str:
    """The id of the job for a version of an object: the same for every notification of S3."""
    return hashlib.blake2b("\0".join((tenant, file.key, file.version)).encode(), digest_size=16).hexdigest()


def chunk_message(job: FileJob, chunk: Chunk) -> dict[str, object]:
    """The message that asks a worker to load a chunk; it holds no patient data."""
    return {"tenant": job.tenant, "task_id": job.task_id, "chunk": asdict(chunk), "requestId": job.task_id}


def split_message(job: FileJob) -> dict[str, object]:
    """The message that asks for another invocation to continue the split of a job's file."""
    return {"tenant": job.tenant, "task_id": job.task_id, "requestId": job.task_id}


def job_answer(job: FileJob) -> dict[str, object]:
    """The job as GET /ingest/{task_id} shows it (job_models.IngestJob)."""
    return {
        "task_id": job.task_id,
        "key": job.file.key,
        "kind": job.kind,
        "status": job.status,
        "error": job.error,
        "encoding": job.encoding,
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
        ("started", job.started_at, "a worker reads the whole file"),
        ("handed_on", job.handed_on_at, f"times that another worker continued: {job.hand_overs}"),
        ("split", job.split_at, f"chunks to load: {chunks}"),
        ("retried", job.retried_at, job.retried or ""),
        ("loading", job.loaded_at, f"chunks loaded: {job.chunks_done} of {chunks}"),
        (job.status, job.finished_at, job.error or f"rows read: {job.counts.rows_read}"),
    ]
    return [{"step": step, "at": at, "detail": detail} for step, at, detail in steps if at]

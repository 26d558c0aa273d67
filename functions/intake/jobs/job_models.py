"""Requests and answers about uploads and jobs."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from intake.files.mapping import FileMapping
from payerworks.paging import PageQuery
from payerworks.texts import Trimmed

_FILE_NAME = re.compile(r"[^\W_][\w .,()@=+-]*\.csv(?:\.gz)?", re.IGNORECASE)


def _file_name(text: str) -> str:
    if not _FILE_NAME.fullmatch(text):
        raise ValueError(
            "must be a file's name (letters, digits, blanks and . _ - + ( ) , @ =) that ends in .csv or .csv.gz"
        )
    return text


FileName = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_file_name),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 200,
            "pattern": r"\.[cC][sS][vV](\.[gG][zZ])?$",
            "examples": ["visits.csv", "visits.csv.gz"],
        }
    ),
]


class IngestUploadRequest(BaseModel, extra="forbid", strict=True):
    """A file to upload."""

    filename: FileName
    kind: Literal["patients", "claims"] = "patients"
    mapping: FileMapping | None = None


class IngestUpload(BaseModel):
    """Where to POST the file: a form (multipart/form-data) with these fields and, last, `file`."""

    url: str
    fields: dict[str, str]
    key: str = Field(description="GET /ingest?key= finds the job.")
    expires_at: str
    max_bytes: int


class IngestAccepted(BaseModel):
    """The answer to POST /ingest: the records are in a file; a job loads it."""

    message: str
    records_received: int
    csv_filename: str
    task_id: str


class JobStep(BaseModel):
    """A step that a job has done."""

    step: Literal["received", "started", "handed_on", "split", "retried", "loading", "completed", "failed"]
    at: str
    detail: str


class IngestJob(BaseModel):
    """The progress of a file into the registry or the claims."""

    task_id: str
    key: str
    kind: Literal["patients", "claims"]
    status: Literal["queued", "running", "completed", "failed"]
    error: str | None
    encoding: str | None = Field(
        description="The file's encoding, once it is known, such as `utf-8`, or `windows-1252` for a file that is not "
        "UTF-8 and has no byte order mark."
    )
    steps: list[JobStep]
    percent: float = Field(ge=0, le=100)
    rows_read: int
    patients_created: int
    patients_updated: int
    patients_unchanged: int
    visits_created: int
    claims_created: int
    duplicates: int = Field(
        description="Rows whose visit or claim is stored already. One that adds or corrects its patient is also in "
        "`patients_created` or `patients_updated`."
    )
    rejected: int
    blank: int = Field(description="Rows of blanks alone, which are skipped and not in `rows_read`.")
    started_at: str | None
    finished_at: str | None


class IngestJobList(BaseModel):
    """A page of jobs, newest first."""

    items: list[IngestJob]
    next_cursor: str | None = Field(alias="nextCursor")


class IngestJobQuery(PageQuery):
    """Filters of the list of jobs."""

    key: str | None = Field(None, max_length=1024)
    status: Annotated[Literal["queued", "running", "completed", "failed"], Trimmed] | None = None

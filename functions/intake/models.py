"""What valid records, queries and answers of the intake are."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints
from pydantic.json_schema import WithJsonSchema

from intake import dates
from intake.mapping import FileMapping
from payerworks.paging import PageQuery
from payerworks.validation import QueryModel

MAX_RECORDS = 30_000
"""Of one request."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FILE_NAME = re.compile(r"[^\W_][\w .,()@=+-]*\.csv(?:\.gz)?", re.IGNORECASE)
_CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _whole(text: str) -> str:
    # U+FFFD stands where a program before us lost a character.
    if "\ufffd" in text:
        raise ValueError("holds U+FFFD: characters of it were lost")
    return text


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must have no line break and no control character")
    return _whole(text)


def _prose(text: str) -> str:
    if _CONTROL_IN_PROSE.search(text):
        raise ValueError("must have no control character")
    return _whole(text)


def _file_name(text: str) -> str:
    if not _FILE_NAME.fullmatch(text):
        raise ValueError(
            "must be a file's name (letters, digits, blanks and . _ - + ( ) , @ =) that ends in .csv or .csv.gz"
        )
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_one_line)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(_prose)]
_DATE_SCHEMA = WithJsonSchema({"type": "string", "description": "ISO 8601, or M/D/YYYY.", "examples": ["2021-08-23"]})
VisitDate = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(dates.iso_date), _DATE_SCHEMA]
BirthDate = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(dates.birth_date), _DATE_SCHEMA]

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


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    mrn: Text = Field(description="Medical record number: a text, its zeros are kept.")


class PersonFields(_Fields):
    """A patient without a visit."""

    first_name: Text
    last_name: Text
    birth_date: BirthDate


class VisitFields(_Fields):
    """A visit of a patient who is named by MRN alone."""

    visit_account_number: Text
    visit_date: VisitDate
    reason: Reason = Field(description="May be empty.")


class IngestRecord(VisitFields, PersonFields):
    """A patient and one visit."""


class IngestRecords(RootModel[Annotated[list[IngestRecord], Field(min_length=1, max_length=MAX_RECORDS)]]):
    """What POST /ingest takes: up to 4 MB."""


class IngestUploadRequest(BaseModel):
    """A file that is to be uploaded."""

    model_config = ConfigDict(extra="forbid", strict=True)

    filename: FileName
    kind: Literal["patients", "claims"] = "patients"
    mapping: FileMapping | None = None


class IngestUpload(BaseModel):
    """Where to POST the file: a form (multipart/form-data) of these fields and, as its last, `file`."""

    url: str
    fields: dict[str, str]
    key: str = Field(description="GET /ingest?key= finds the job.")
    expires_at: str
    max_bytes: int


class IngestAccepted(BaseModel):
    """The answer to POST /ingest: the records are in a file, which a job reads."""

    message: str
    records_received: int
    csv_filename: str
    task_id: str


class Step(BaseModel):
    """Something that a job has done."""

    step: Literal["received", "started", "handed_on", "split", "retried", "loading", "completed", "failed"]
    at: str
    detail: str


class IngestJob(BaseModel):
    """A file on its way into the registry, or to the claims."""

    task_id: str
    key: str
    kind: Literal["patients", "claims"]
    status: Literal["queued", "running", "completed", "failed"]
    error: str | None
    steps: list[Step]
    percent: float = Field(ge=0, le=100)
    rows_read: int
    patients_created: int
    patients_updated: int
    patients_unchanged: int
    visits_created: int
    claims_created: int
    duplicates: int
    rejected: int
    started_at: str | None
    finished_at: str | None


class IngestJobList(BaseModel):
    """A page of jobs, newest first."""

    items: list[IngestJob]
    next_cursor: str | None = Field(alias="nextCursor")


class IngestJobQuery(PageQuery):
    """Filters of the list of jobs."""

    key: str | None = Field(None, max_length=1024)
    status: Literal["queued", "running", "completed", "failed"] | None = None


class Person(BaseModel):
    """Who a patient is."""

    first_name: str
    last_name: str
    birth_date: str


class Visit(BaseModel):
    """A visit of a patient."""

    id: str
    visit_account_number: str
    visit_date: str
    reason: str


class Patient(BaseModel):
    """A patient with the latest 20 visits, newest first."""

    id: str
    mrn: str
    person: Person
    visits: list[Visit]
    visits_count: int


class PatientPage(BaseModel):
    """A page of patients, by last and first name."""

    total: int
    page: int
    page_size: int
    patients: list[Patient]


class PatientQuery(QueryModel):
    """Filters of the registry; names by their beginning, whatever the case."""

    mrn: str | None = Field(None, min_length=1, max_length=100)
    first_name: str | None = Field(None, min_length=1, max_length=100)
    last_name: str | None = Field(None, min_length=1, max_length=100)
    page: int = Field(1, ge=1)
    page_size: int = Field(20, ge=1, le=100)

"""The models of a valid row of patients and visits."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, RootModel
from pydantic.json_schema import WithJsonSchema

from intake.files import dates
from payerworks.texts import Identifier, Name, prose

MAX_RECORDS = 30_000
"""Records of one request."""
MAX_REASON = 1000

_DATE = {"type": "string", "description": "ISO 8601, or M/D/YYYY; from 1850, not in the future."}
_DATE_SCHEMA = WithJsonSchema(_DATE | {"examples": ["2021-08-23"]})

Reason = Annotated[
    str,
    BeforeValidator(lambda value: "" if value is None else prose(value, MAX_REASON)),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": MAX_REASON}, {"type": "null"}]}),
]
VisitDate = Annotated[str, BeforeValidator(dates.visit_date), _DATE_SCHEMA]
BirthDate = Annotated[str, BeforeValidator(dates.birth_date), _DATE_SCHEMA]


class _Fields(BaseModel, extra="forbid", strict=True):
    mrn: Identifier = Field(description="Medical record number: a text; leading zeros count.")


class PersonFields(_Fields):
    """A patient without a visit."""

    first_name: Name
    last_name: Name
    birth_date: BirthDate


class VisitFields(_Fields):
    """A visit of a patient identified by MRN alone."""

    visit_account_number: Identifier
    visit_date: VisitDate
    reason: Reason = Field("", description="May be absent, null or empty.")


class IngestRecord(VisitFields, PersonFields):
    """A patient and one visit."""


class IngestRecords(RootModel[Annotated[list[IngestRecord], Field(min_length=1, max_length=MAX_RECORDS)]]):
    """The body of POST /ingest: up to 4 MB."""

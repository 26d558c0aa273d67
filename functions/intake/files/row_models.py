"""The models of a valid row of patients and visits."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, RootModel, StringConstraints
from pydantic.json_schema import WithJsonSchema

from intake.files import dates

MAX_RECORDS = 30_000
"""Records of one request."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _without_losses(text: str) -> str:
    # Another program has put U+FFFD in the place of a character that it lost.
    if "\ufffd" in text:
        raise ValueError("holds U+FFFD: characters of it were lost")
    return text


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must have no line break and no control character")
    return _without_losses(text)


def _prose(text: str) -> str:
    if _CONTROL_IN_PROSE.search(text):
        raise ValueError("must have no control character")
    return _without_losses(text)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_one_line)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(_prose)]
_DATE_SCHEMA = WithJsonSchema({"type": "string", "description": "ISO 8601, or M/D/YYYY.", "examples": ["2021-08-23"]})
VisitDate = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(dates.iso_date), _DATE_SCHEMA]
BirthDate = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(dates.birth_date), _DATE_SCHEMA]


class _Fields(BaseModel, extra="forbid", strict=True):
    mrn: Text = Field(description="Medical record number: a text; leading zeros count.")


class PersonFields(_Fields):
    """A patient without a visit."""

    first_name: Text
    last_name: Text
    birth_date: BirthDate


class VisitFields(_Fields):
    """A visit of a patient identified by MRN alone."""

    visit_account_number: Text
    visit_date: VisitDate
    reason: Reason = Field(description="May be empty.")


class IngestRecord(VisitFields, PersonFields):
    """A patient and one visit."""


class IngestRecords(RootModel[Annotated[list[IngestRecord], Field(min_length=1, max_length=MAX_RECORDS)]]):
    """The body of POST /ingest: up to 4 MB."""

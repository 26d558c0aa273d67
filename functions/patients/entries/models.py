"""What entries of patients are."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from directory.people.iso_day import IsoDay
from directory.people.models import all_optional
from payerworks.days import latest_today
from payerworks.texts import Identifier, Name, prose

MAX_NOTES = 20_000
CodeSystem = Literal["ICD-10-CM", "RxNorm", "SNOMED"]
_FORMS = {
    # ICD-10-CM Official Guidelines, section I.A: three to seven characters, a dot after the third.
    "ICD-10-CM": re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?"),
    # RxNorm Technical Documentation, section 12: a concept's RXCUI is a number of up to eight digits.
    "RxNorm": re.compile(r"[1-9][0-9]{0,7}"),
    # SNOMED CT Release File Specification, section 3: an SCTID has 6 to 18 digits.
    "SNOMED": re.compile(r"[1-9][0-9]{5,17}"),
}


def _since(day: datetime.date | None) -> datetime.date | None:
    if day and day > latest_today():
        raise ValueError("must not be in the future")
    return day


class EntryMembers(BaseModel, strict=True, extra="forbid"):
    """What a doctor writes. A code is taken as it is given if it has the form of its system."""

    name: Name
    code_system: CodeSystem | None = None
    code: Identifier | None = Field(None, validate_default=True)
    since: IsoDay | None = None
    until: IsoDay | None = None

    _not_in_future = field_validator("since")(_since)

    @field_validator("code")
    @classmethod
    def _of_system(cls, code: str | None, info: ValidationInfo) -> str | None:
        if "code_system" in info.data:
            system = info.data["code_system"]
            if (code is None) != (system is None):
                raise ValueError("is missing" if code is None else "needs its code_system")
            if code is not None and not _FORMS[system].fullmatch(code):
                raise ValueError(f"has not the form of a code of {system}")
        return code

    @field_validator("until")
    @classmethod
    def _after_since(cls, until: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        since = info.data.get("since")
        if until and since and until < since:
            raise ValueError("must not be before since")
        return until


class NewEntry(EntryMembers):
    """A condition, a medication, an allergy or an illness in the family."""


EntryChanges = all_optional("EntryChanges", EntryMembers)


class Entry(EntryMembers):
    """An entry, the user who wrote this version of it, and when."""

    id: str
    by: str
    at: str
    version: int


class EntryList(BaseModel):
    """A page of entries of one kind; those that began last come first."""

    items: list[Entry]
    next_cursor: str | None = Field(alias="nextCursor")


class EntryVersion(Entry):
    """A version of an entry, and the operation that made it; `delete` shows the entry as it was then."""

    operation: Literal["created", "updated", "deleted"]
    request_id: str = Field(alias="requestId")


class EntryHistory(BaseModel):
    """A page of the versions of an entry, the newest first."""

    items: list[EntryVersion]
    next_cursor: str | None = Field(alias="nextCursor")


def _prose(value: Any) -> str:
    return prose(value, MAX_NOTES)


class Notes(BaseModel, strict=True, extra="forbid"):
    """A doctor's notes of a patient; an empty text clears them."""

    notes: Annotated[str, BeforeValidator(_prose), Field(max_length=MAX_NOTES)]


class StoredNotes(Notes):
    """A doctor's notes, the user who wrote them, and when."""

    by: str
    at: str
    version: int

"""What the operations of the audit take and answer."""

import datetime
from typing import Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from audit.chain.faults import FaultKind, Store
from directory.people.iso_day import IsoDay
from payerworks.paging import PageQuery
from payerworks.texts import Identifier
from payerworks.validation import QueryModel


class Period(QueryModel):
    """Days in UTC, both inclusive; on which entries were appended."""

    first: IsoDay | None = Field(None, alias="from")
    last: IsoDay | None = Field(None, alias="to")

    @field_validator("last")
    @classmethod
    def _not_before_first(cls, last: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        first = info.data.get("first")
        if first and last and last < first:
            raise ValueError("must not be before from")
        return last


class AuditQuery(Period, PageQuery):
    """Filters of the list of entries; all of them must hold.

    patient    the id of a patient of the directory or the registry, or the number of a subscriber
    operation  as entries name it, such as `get_patient_record`
    """

    patient: Identifier | None = None
    user: Identifier | None = None
    operation: Identifier | None = None


class DisclosureQuery(Period):
    """Whose disclosures; without days, those of the last six years."""

    patient: Identifier


class VerifyQuery(Period):
    """The days to verify, all if none are given; `cursor` is `nextCursor` of the answer before."""

    cursor: str | None = Field(None, max_length=2000)


class AuditEntry(BaseModel):
    """A call that read or wrote patient data, or a part of a file whose rows did.

    user_type  as of accounts; `system` is a client of S3 that put a file, and `user` then the id of its AWS principal
    person    the doctor, patient or institution that the user is; empty for others
    at        when it began; the entry's day and number are its place in the ledger
    path      what the call's path named
    access    empty in an entry that was damaged, as are its other members
    subjects  whose data it was, up to 100 of them: `patient:`, `registry-patient:` or `subscriber:` and an id;
              subject_count counts all
    outcome   the status of the answer; null if the call was killed before it could answer
    amends    the place of an entry of the same call that has no outcome
    """

    call: str
    at: str
    user: str
    user_type: str
    roles: list[str]
    person: str
    operation: str
    access: Literal["read", "write", ""]
    path: dict[str, str]
    subjects: list[str]
    subject_count: int
    reason: str
    outcome: int | None
    request_id: str
    address: str
    device: str
    day: str
    number: int
    previous: str
    hash: str
    amends: str | None = None


class AuditEntryList(BaseModel):
    """A page of entries, the newest first."""

    items: list[AuditEntry]
    next_cursor: str | None = Field(alias="nextCursor")


class AuditFault(BaseModel):
    """The first fault of its kind in a store: the table, or the files in S3."""

    kind: FaultKind
    store: Store
    day: str
    number: int


class Verification(BaseModel):
    """A part of the ledger was verified: up to `day`, whose end is only reached if the next part is of another day."""

    day: str | None
    entries: int
    faults: list[AuditFault]
    next_cursor: str | None = Field(alias="nextCursor")

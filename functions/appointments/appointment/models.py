"""Models of requests and answers about appointments."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainValidator
from pydantic.json_schema import WithJsonSchema

from payerworks.paging import PageQuery
from payerworks.texts import Identifier

AppointmentStatus = Literal["scheduled", "checked_in", "completed", "cancelled", "no_show"]
FIRST_YEAR, LAST_YEAR = 2000, 2099
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, section 5.6, but that the seconds may be left out."""


def _moment(value: object) -> datetime.datetime:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("must be a time with its offset, such as 2026-01-31T09:30:00-05:00")
    moment = datetime.datetime.fromisoformat(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"must be between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


def _whole_minute(value: object) -> datetime.datetime:
    moment = _moment(value)
    if moment.second or moment.microsecond:
        raise ValueError("must be a whole minute")
    return moment


_SCHEMA = WithJsonSchema({"type": "string", "format": "date-time"})
Moment = Annotated[datetime.datetime, PlainValidator(_moment), _SCHEMA]
Start = Annotated[datetime.datetime, PlainValidator(_whole_minute), _SCHEMA]
Minutes = Annotated[int, Field(ge=5, le=480)]


class NewAppointment(BaseModel, strict=True, extra="forbid"):
    """An appointment to make: `start` has its offset, and is a whole minute."""

    doctor_id: Identifier
    patient_id: Identifier
    start: Start
    minutes: Minutes


def _unchanged() -> Any:
    return None


class AppointmentChanges(BaseModel, strict=True, extra="forbid"):
    """What changes of an appointment; the rest stays as it is. No member can be null."""

    status: AppointmentStatus = Field(default_factory=_unchanged)
    start: Start = Field(default_factory=_unchanged)
    minutes: Minutes = Field(default_factory=_unchanged)


class AppointmentAnswer(BaseModel):
    """An appointment."""

    id: str
    doctor_id: str
    patient_id: str
    start: datetime.datetime
    minutes: int
    status: AppointmentStatus
    created_at: str
    updated_at: str


class AppointmentList(BaseModel):
    """A page of appointments, the earliest first."""

    items: list[AppointmentAnswer]
    next_cursor: str | None = Field(alias="nextCursor")


class AppointmentVersion(BaseModel):
    """One change of an appointment, and the appointment as it was then.

    `displaced`: the time of a deleted patient was given to another appointment, and this one cancelled.
    """

    version: int
    operation: Literal["created", "updated", "displaced"]
    at: str
    by: str
    request_id: str = Field(alias="requestId")
    changed: list[str]
    appointment: AppointmentAnswer


class AppointmentHistory(BaseModel):
    """A page of changes, the newest first."""

    items: list[AppointmentVersion]
    next_cursor: str | None = Field(alias="nextCursor")


class AppointmentListQuery(PageQuery):
    """Filters of the list of appointments; all of them must hold."""

    doctor_id: Identifier | None = Field(None, description="An institution must give it.")
    patient_id: Identifier | None = None
    status: AppointmentStatus | None = None
    first: Moment | None = Field(None, alias="from", description="The earliest start.")
    end: Moment | None = Field(None, alias="to", description="All starts are earlier.")

"""Models of queries for plans and of the answers to them."""

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic.json_schema import WithJsonSchema

from payerworks.paging import PageQuery
from payerworks.times import iso
from payerworks.validation import QueryModel


class PlanSummary(BaseModel, extra="allow"):
    """A plan in a list: its own fields and the number of its linked services."""

    object_id: str = Field(alias="objectId")
    object_type: Literal["plan"] = Field(alias="objectType")
    plan_type: str = Field(alias="planType")
    creation_date: str = Field(alias="creationDate")
    org: str = Field(alias="_org")
    service_count: int = Field(alias="serviceCount", ge=0)


class PlanList(BaseModel):
    """A page of plans, ordered by id."""

    items: list[PlanSummary]
    next_cursor: str | None = Field(alias="nextCursor")


class PlanListQuery(PageQuery):
    """Filters of the list of plans."""

    org: str | None = Field(None, alias="_org", max_length=256)
    plan_type: str | None = Field(None, alias="planType", max_length=256)


def _moment(text: str) -> str:
    fault = ValueError("must be a date, or a date and time with an offset, such as 2026-12-31T09:30:00Z")
    # An unescaped plus arrives as a space.
    text = text.replace(" ", "+")
    try:
        if "T" in text:
            moment = datetime.datetime.fromisoformat(text)
        else:
            moment = datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.max, datetime.UTC)
        in_utc = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise fault from None
    if moment.tzinfo is None:
        raise fault
    return iso(in_utc)


Moment = Annotated[str, AfterValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-12-31"]})]
"""A time, converted to UTC with milliseconds as in the history; a date means the end of that day in UTC."""


class PlanQuery(QueryModel):
    """Which version of a plan: by number, by time, or the current one if neither is given."""

    version: int | None = Field(None, ge=1, description="The number of a version, as the history lists it.")
    as_of: Moment | None = Field(
        None,
        alias="asOf",
        description="A date and time with an offset (ISO 8601), or a date: the end of that day, UTC. The answer is "
        "final six minutes after that time.",
    )

    @model_validator(mode="after")
    def _check_exclusive(self) -> "PlanQuery":
        if self.version is not None and self.as_of is not None:
            raise ValueError("version and asOf exclude each other")
        return self


class PlanChange(BaseModel):
    """One change of a plan, and the version it made."""

    version: int = Field(ge=1)
    operation: Literal["created", "replaced", "patched", "deleted"]
    at: datetime.datetime
    by: str = Field(description="The id of the user who made the change.")
    request_id: str = Field(alias="requestId")
    changed: list[str] = Field(
        max_length=100,
        description="The plan's id if its own members or cost shares changed, and the ids of changed linked services.",
    )
    changed_count: int = Field(alias="changedCount", ge=0, description="Number of changed ids, listed or not.")


class PlanHistory(BaseModel):
    """A page of a plan's changes, newest first."""

    items: list[PlanChange]
    next_cursor: str | None = Field(alias="nextCursor")


class DeletedPlan(BaseModel):
    """The answer to a delete."""

    status: Literal["deleted"]
    object_id: str = Field(alias="objectId")

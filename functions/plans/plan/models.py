"""What a valid plan is (the field names and words are those of the health plan use case that clients know)."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator
from pydantic.json_schema import WithJsonSchema

from payerworks.paging import PageQuery
from payerworks.times import iso
from payerworks.validation import QueryModel
from plans.plan.creation_date import creation_date
from plans.plan.example_plan import EXAMPLE

RESERVED_IDS = frozenset({"search", "es_data", "es_plan"})
MAX_ID_BYTES = 256
_FORBIDDEN = re.compile(r"[/\x00-\x1f\x7f-\x9f]")


def _object_id(text: str) -> str:
    if not 1 <= len(text.encode()) <= MAX_ID_BYTES:
        raise ValueError(f"must have 1 to {MAX_ID_BYTES} bytes")
    if _FORBIDDEN.search(text):
        raise ValueError("must have no slash and no control character")
    return text


def _plan_id(text: str) -> str:
    if text in RESERVED_IDS:
        raise ValueError(f"must not be {text}, which is a path of the API")
    return _object_id(text)


def _date(text: str) -> str:
    creation_date(text)
    return text


ObjectId = Annotated[
    str,
    AfterValidator(_object_id),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": "^[^/\\u0000-\\u001f]+$"}),
]
PlanId = Annotated[
    str,
    AfterValidator(_plan_id),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": "^[^/\\u0000-\\u001f]+$"}),
]
CreationDate = Annotated[
    str,
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "description": "ISO 8601, or MM-DD-YYYY.", "examples": ["12-12-2017"]}),
]
Amount = Annotated[float, Field(ge=0, lt=1e12, allow_inf_nan=False)]


class _Object(BaseModel):
    """Unknown fields are kept and given back; types are never guessed at (`"10"` is no amount)."""

    model_config = ConfigDict(extra="allow", strict=True)

    object_id: ObjectId = Field(alias="objectId")
    org: str = Field(alias="_org", min_length=1, max_length=256)


class MemberCostShare(_Object):
    """What a member pays: of the whole plan, or for one linked service. Amounts in dollars."""

    object_type: Literal["membercostshare"] = Field(alias="objectType")
    deductible: Amount
    copay: Amount | None = None


class Service(_Object):
    """A service that a plan covers, such as a yearly physical."""

    object_type: Literal["service"] = Field(alias="objectType")
    name: str = Field(min_length=1, max_length=1000)


class LinkedPlanService(_Object):
    """A service as a plan covers it: the service and what the member pays for it."""

    object_type: Literal["planservice"] = Field(alias="objectType")
    linked_service: Service = Field(alias="linkedService")
    cost_shares: MemberCostShare = Field(alias="planserviceCostShares")


class PlanRoot(_Object):
    """A plan without its linked services."""

    object_id: PlanId = Field(alias="objectId")
    object_type: Literal["plan"] = Field(alias="objectType")
    plan_type: str = Field(alias="planType", min_length=1, max_length=256, examples=["inNetwork", "outOfNetwork"])
    creation_date: CreationDate = Field(alias="creationDate")
    cost_shares: MemberCostShare = Field(alias="planCostShares")


class Plan(PlanRoot):
    """A plan with its cost shares and linked services."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    linked_services: list[LinkedPlanService] = Field(alias="linkedPlanServices")


class PlanPatch(RootModel[dict[str, Any] | list[dict[str, Any]]]):
    """A change of a plan: members to merge, or the operations of a JSON Patch."""


class PlanSummary(BaseModel):
    """A plan in a list: its own fields and how many linked services it has."""

    model_config = ConfigDict(extra="allow")

    object_id: str = Field(alias="objectId")
    object_type: Literal["plan"] = Field(alias="objectType")
    plan_type: str = Field(alias="planType")
    creation_date: str = Field(alias="creationDate")
    org: str = Field(alias="_org")
    service_count: int = Field(alias="serviceCount", ge=0)


class PlanList(BaseModel):
    """A page of plans, in the order of their ids."""

    items: list[PlanSummary]
    next_cursor: str | None = Field(alias="nextCursor")


class PlanListQuery(PageQuery):
    """Filters of the list of plans."""

    org: str | None = Field(None, alias="_org", max_length=256)
    plan_type: str | None = Field(None, alias="planType", max_length=256)


def _moment(text: str) -> str:
    wrong = ValueError("must be a date, or a date and time with an offset, as 2026-12-31T09:30:00Z")
    # A plus that was not escaped arrives as a space.
    text = text.replace(" ", "+")
    try:
        moment = datetime.datetime.fromisoformat(text) if "T" in text else _end_of_day(text)
        in_utc = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise wrong from None
    if moment.tzinfo is None:
        raise wrong
    return iso(in_utc)


def _end_of_day(text: str) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.max, datetime.UTC)


Moment = Annotated[str, AfterValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-12-31"]})]
"""A time, given back in UTC with milliseconds, as the history has it; a date is the end of that day in UTC."""


class PlanQuery(QueryModel):
    """Which version of a plan: the one with a number, or the one that stood at a time; the current one without."""

    version: int | None = Field(None, ge=1, description="The number of a version, as the history lists it.")
    as_of: Moment | None = Field(
        None,
        alias="asOf",
        description="A date and time with an offset (ISO 8601), or a date: the end of that day, UTC.",
    )

    @model_validator(mode="after")
    def _one(self) -> "PlanQuery":
        if self.version is not None and self.as_of is not None:
            raise ValueError("version and asOf exclude each other")
        return self


class PlanChange(BaseModel):
    """One change of a plan, and the version that it made."""

    version: int = Field(ge=1)
    operation: Literal["created", "replaced", "patched", "deleted"]
    at: datetime.datetime
    by: str = Field(description="The id of the user who made it.")
    request_id: str = Field(alias="requestId")
    changed: list[str] = Field(
        max_length=100, description="The plan's id for its own members, and the ids of its linked services."
    )
    changed_count: int = Field(alias="changedCount", ge=0, description="How many there are, also of those not listed.")


class PlanHistory(BaseModel):
    """A page of a plan's changes, newest first."""

    items: list[PlanChange]
    next_cursor: str | None = Field(alias="nextCursor")


class DeletedPlan(BaseModel):
    """The answer to a delete."""

    status: Literal["deleted"]
    object_id: str = Field(alias="objectId")


def _parent_type(text: str) -> str:
    return "linkedPlanServices" if text == "linkedPlanService" else text


class IndexedObjectQuery(PageQuery):
    """Which indexed objects: those with an id, or with `parent_type` the children of the object with that id."""

    id: str = Field(min_length=1, max_length=MAX_ID_BYTES)
    parent_type: Annotated[Literal["plan", "linkedPlanServices"], BeforeValidator(_parent_type)] | None = None
    plan: str | None = Field(None, max_length=MAX_ID_BYTES, description="Only objects of the plan with this id.")


class IndexedObject(BaseModel):
    """An object of a plan by itself: its own fields without nested objects, and where it stands."""

    model_config = ConfigDict(extra="allow")

    object_id: str = Field(alias="objectId")
    object_type: str = Field(alias="objectType")
    plan_id: str = Field(alias="planId")
    parent_id: str | None = Field(alias="parentId", description="None for a plan.")


class IndexedObjects(BaseModel):
    """A page of indexed objects."""

    items: list[IndexedObject]
    next_cursor: str | None = Field(alias="nextCursor")

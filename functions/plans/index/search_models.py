"""What searches for plans, and look-ups of single indexed objects, take and answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from payerworks.paging import PageQuery
from plans.index.search_fields import AMOUNTS
from plans.plan.document import creation_date
from plans.plan.models import MAX_ID_BYTES

Facet = Literal["planType", "_org"]

_Bound = Annotated[float, Field(allow_inf_nan=False)]
_Day = Annotated[
    str,
    AfterValidator(lambda text: creation_date(text).isoformat()),
    WithJsonSchema({"type": "string", "description": "ISO 8601, or MM-DD-YYYY.", "examples": ["2017-12-12"]}),
]
_Facets = Annotated[
    list[Facet],
    BeforeValidator(lambda text: text.split(",")),
    WithJsonSchema({"type": "string", "examples": ["planType,_org"]}),
]


class PlanSearchQuery(PageQuery):
    """What is searched: all of it must hold, and what is said of services holds for one and the same of them."""

    q: str | None = Field(
        None,
        max_length=1000,
        description="Words of a linked service's name and types: all of them, the last one may be the start of a word. "
        "Any text will do; one of blanks only is no condition.",
    )
    level: Literal["service", "plan"] = Field(
        "service", description="Whose cost shares the ranges speak of: a linked service's, or the plan's own."
    )
    deductible_gte: _Bound | None = None
    deductible_gt: _Bound | None = None
    deductible_lte: _Bound | None = None
    deductible_lt: _Bound | None = None
    copay_gte: _Bound | None = None
    copay_gt: _Bound | None = None
    copay_lte: _Bound | None = None
    copay_lt: _Bound | None = None
    coinsurance_gte: _Bound | None = None
    coinsurance_gt: _Bound | None = None
    coinsurance_lte: _Bound | None = None
    coinsurance_lt: _Bound | None = None
    annual_maximum_gte: _Bound | None = Field(None, alias="annualMaximum_gte")
    annual_maximum_gt: _Bound | None = Field(None, alias="annualMaximum_gt")
    annual_maximum_lte: _Bound | None = Field(None, alias="annualMaximum_lte")
    annual_maximum_lt: _Bound | None = Field(None, alias="annualMaximum_lt")
    creation_date_gte: _Day | None = Field(None, alias="creationDate_gte")
    creation_date_lte: _Day | None = Field(None, alias="creationDate_lte")
    org: str | None = Field(None, alias="_org", max_length=256, description="The plan's.")
    plan_type: str | None = Field(None, alias="planType", max_length=256)
    object_type: str | None = Field(
        None, alias="objectType", max_length=256, description="`plan`, or the type of an object of the linked service."
    )
    facets: _Facets | None = Field(
        None, description="Fields whose values are counted over all that is found, separated by commas."
    )
    after: str | None = Field(
        None, max_length=2000, description="A `Change-Token`: wait up to 10 s until that write is searchable."
    )

    @property
    def words(self) -> str:
        """The text that is searched, empty for none."""
        return (self.q or "").strip()

    @property
    def ranges(self) -> dict[str, dict[str, float]]:
        """The bounds of each amount that has some, such as {"deductible": {"gte": 10.0}}."""
        found: dict[str, dict[str, float]] = {}
        for parameter, value in self.model_dump(by_alias=True, exclude_none=True).items():
            amount, _, bound = parameter.rpartition("_")
            if amount in AMOUNTS:
                found.setdefault(amount, {})[bound] = value
        return found


class FoundPlan(BaseModel):
    """A plan that a search has found."""

    object_id: str = Field(alias="objectId")
    plan_type: str = Field(alias="planType")
    org: str = Field(alias="_org")
    creation_date: str = Field(alias="creationDate")
    score: float | None = Field(description="How well its best service matches `q`; null without `q`.")
    matches: list[dict[str, Any]] = Field(
        description="Linked services that match, at most 10: the best first, without `q` in the plan's order. "
        "None where nothing was asked of services."
    )
    match_count: int = Field(alias="matchCount", ge=0, description="How many linked services match.")


class FacetValue(BaseModel):
    """How many of all plans that were found have a value."""

    value: str
    count: int


class FoundPlans(BaseModel):
    """A page of plans, the best match of `q` first, else in the order of their ids."""

    items: list[FoundPlan]
    next_cursor: str | None = Field(alias="nextCursor")
    facets: dict[Facet, list[FacetValue]] | None = Field(
        None, description="The 100 most frequent values of each field that was asked for."
    )


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

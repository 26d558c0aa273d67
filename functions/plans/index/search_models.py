"""Models of queries and answers: the search for plans and the look-up of indexed objects."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic.json_schema import WithJsonSchema

from payerworks.paging import PageQuery
from plans.index.search_fields import AMOUNTS
from plans.plan.document import MAX_ID_BYTES, parse_creation_date

Facet = Literal["planType", "_org"]

_Bound = Annotated[float, Field(allow_inf_nan=False)]
_Day = Annotated[
    str,
    AfterValidator(lambda text: parse_creation_date(text).isoformat()),
    WithJsonSchema({"type": "string", "description": "ISO 8601, or MM-DD-YYYY.", "examples": ["2017-12-12"]}),
]
_Facets = Annotated[
    list[Facet],
    BeforeValidator(lambda text: text.split(",")),
    WithJsonSchema({"type": "string", "examples": ["planType,_org"]}),
]


class PlanSearchQuery(PageQuery):
    """Conditions of a search, all of which must hold; those on services must all hold for the same service."""

    q: str | None = Field(
        None,
        max_length=1000,
        description="Words that must all occur in a linked service's name or types; the last may be a prefix. "
        "Up to 1,000 characters, without syntax; a blank text sets no condition.",
    )
    level: Literal["service", "plan"] = Field(
        "service", description="Whose cost shares the ranges apply to: those of a linked service or the plan's own."
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
    org: str | None = Field(None, alias="_org", max_length=256, description="The plan's organization.")
    plan_type: str | None = Field(None, alias="planType", max_length=256)
    plan: str | None = Field(None, max_length=MAX_ID_BYTES, description="Only the plan with this id.")
    id_prefix: str | None = Field(
        None, alias="objectId_prefix", max_length=MAX_ID_BYTES, description="How the plan's id begins."
    )
    object_type: str | None = Field(
        None,
        alias="objectType",
        max_length=256,
        description="`plan`, or the type of a linked service or of an object in it.",
    )
    facets: _Facets | None = Field(
        None, description="Fields, separated by commas, whose values are counted over all plans found."
    )
    after: str | None = Field(
        None, max_length=2000, description="A `Change-Token`: wait up to 10 s until that write is searchable."
    )

    @property
    def words(self) -> str:
        """The text to search for; empty if none."""
        return (self.q or "").strip()

    @property
    def asks_services(self) -> bool:
        """Whether one of the conditions is on linked services."""
        has_ranges = self.level == "service" and bool(self.ranges)
        return bool(self.words) or has_ranges or self.object_type not in (None, "plan")

    @property
    def days(self) -> dict[str, str]:
        """The bounds on the day of creation, such as {"gte": "2017-12-12"}; empty without any."""
        bounds = {"gte": self.creation_date_gte, "lte": self.creation_date_lte}
        return {bound: day for bound, day in bounds.items() if day is not None}

    @property
    def ranges(self) -> dict[str, dict[str, float]]:
        """The bounds on each amount, such as {"deductible": {"gte": 10.0}}; an amount without bounds is left out."""
        ranges: dict[str, dict[str, float]] = {}
        for parameter, value in self.model_dump(by_alias=True, exclude_none=True).items():
            amount, _, bound = parameter.rpartition("_")
            if amount in AMOUNTS:
                # Adding 0 makes 0 of -0, which OpenSearch takes for less.
                ranges.setdefault(amount, {})[bound] = value + 0.0
        return ranges


class FoundPlan(BaseModel):
    """A plan found by a search."""

    object_id: str = Field(alias="objectId")
    plan_type: str = Field(alias="planType")
    org: str = Field(alias="_org")
    creation_date: str = Field(alias="creationDate")
    score: float | None = Field(
        description="How well the best service matches `q`; null without `q` or without a search engine."
    )
    matches: list[dict[str, Any]] = Field(
        description="Matching linked services, at most 10: best first, or in the plan's order without `q`. "
        "Empty if the search has no condition on services."
    )
    match_count: int = Field(alias="matchCount", ge=0, description="Number of matching linked services.")


class FacetValue(BaseModel):
    """The number of found plans that have a value."""

    value: str
    count: int


class FoundPlans(BaseModel):
    """A page of plans, best match of `q` first, or ordered by id without `q`."""

    items: list[FoundPlan]
    next_cursor: str | None = Field(alias="nextCursor")
    facets: dict[Facet, list[FacetValue]] | None = Field(
        None, description="The 100 most frequent values of each requested field."
    )


def _parent_type(text: str) -> str:
    return "linkedPlanServices" if text == "linkedPlanService" else text


class IndexedObjectQuery(PageQuery):
    """Which indexed objects: those with this id or, with `parent_type`, the children of the object with this id."""

    id: str = Field(min_length=1, max_length=MAX_ID_BYTES)
    parent_type: Annotated[Literal["plan", "linkedPlanServices"], BeforeValidator(_parent_type)] | None = None
    plan: str | None = Field(None, max_length=MAX_ID_BYTES, description="Only objects of the plan with this id.")


class IndexedObject(BaseModel, extra="allow"):
    """A single object of a plan: its own fields without nested objects, its plan and its parent."""

    object_id: str = Field(alias="objectId")
    object_type: str = Field(alias="objectType")
    plan_id: str = Field(alias="planId")
    parent_id: str | None = Field(alias="parentId", description="Null for a plan.")


class IndexedObjects(BaseModel):
    """A page of indexed objects."""

    items: list[IndexedObject]
    next_cursor: str | None = Field(alias="nextCursor")

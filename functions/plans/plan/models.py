"""What a valid plan is: its models, and every fault of a document at once, with its pointer.

The field names and words are those of the health plan use case that clients know.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
)
from pydantic.json_schema import WithJsonSchema

from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from payerworks.validation import faults
from plans.plan.document import SERVICES, creation_date
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


MAX_PART_BYTES = 350_000
"""Bytes of one part's JSON text: an item of the table may have 400 KB, keys and attributes included."""

_INVALID = "The plan is not valid."


def check_plan(value: Json) -> dict[str, Json]:
    """A whole plan, valid. Raises BadInput with every fault, duplicate object ids among them."""
    if not isinstance(value, dict):
        raise BadInput(_INVALID, errors=[Fault("", "must be an object")])
    services = value.get(SERVICES)
    found = []
    if SERVICES not in value:
        found.append(Fault(pointer(SERVICES), "is missing"))
    elif not isinstance(services, list):
        found.append(Fault(pointer(SERVICES), "must be a list"))
        services = []
    placed = {pointer(SERVICES, number): service for number, service in enumerate(services or [])}
    check_parts(value, placed, found)
    plan: dict[str, Json] = value
    return plan


def check_same_id(plan: dict[str, Json], plan_id: str) -> None:
    """Raise BadInput where a plan's objectId is not the one in the path."""
    if plan["objectId"] != plan_id:
        raise BadInput(_INVALID, errors=[Fault("/objectId", "is not the id in the path")])


def check_parts(root: Json, services: Mapping[str, Json], found: Sequence[Fault] = ()) -> None:
    """Check a plan's own members and some of its services, given with the pointer where each stands in the input.

    Raises BadInput with every fault of theirs and with `found`.
    """
    listed = [*found, *_faults(PlanRoot, {name: member for name, member in root.items() if name != SERVICES}, "")]
    for place, service in services.items():
        listed += _faults(LinkedPlanService, service, place)
    listed += _duplicates(root, services)
    if listed:
        raise BadInput(_INVALID, errors=listed)


def _faults(model: type[PlanRoot | LinkedPlanService], value: Json, place: str) -> list[Fault]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        return [Fault(place + fault.pointer, fault.message) for fault in faults(error)]
    if len(json_text.write(value).encode()) > MAX_PART_BYTES:
        return [Fault(place, f"is larger than {MAX_PART_BYTES // 1000} KB")]
    return []


def _duplicates(root: Json, services: Mapping[str, Json]) -> Iterable[Fault]:
    seen: set[str] = set()
    for place, holder in _identified(root, services):
        object_id = holder.get("objectId")
        if isinstance(object_id, str):
            if object_id in seen:
                yield Fault(f"{place}/objectId", "appears twice in the plan")
            seen.add(object_id)


def _identified(root: Json, services: Mapping[str, Json]) -> Iterable[tuple[str, dict[str, Json]]]:
    places = [("", root), ("/planCostShares", root.get("planCostShares"))]
    for place, service in services.items():
        places.append((place, service))
        if isinstance(service, dict):
            nested = ("linkedService", "planserviceCostShares")
            places += [(f"{place}/{name}", service.get(name)) for name in nested]
    return [(place, holder) for place, holder in places if isinstance(holder, dict)]

"""What a valid plan is: its models, and checks that report every fault with its pointer.

Field names and object types are those of the health plan use case that clients know.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, RootModel, ValidationError
from pydantic.json_schema import WithJsonSchema

from payerworks import json_text
from payerworks.errors import MAX_FAULTS, BadInput, Fault
from payerworks.json_text import Json, pointer
from payerworks.validation import faults as model_faults
from plans.plan.document import MAX_ID_BYTES, RESERVED_IDS, SERVICES, id_fault, parse_creation_date
from plans.plan.example_plan import EXAMPLE

MAX_PART_BYTES = 350_000
"""Bytes of one part's JSON text; DynamoDB limits an item to 400 KB, keys and attributes included."""
_INVALID = "The plan is not valid."
MAX_SERVICES = 20_000
"""More than a valid plan of 4 MB can have: its services have at least 200 bytes each."""


def _object_id(text: str) -> str:
    if fault := id_fault(text):
        raise ValueError(fault)
    return text


def _plan_id(text: str) -> str:
    if text in RESERVED_IDS:
        raise ValueError(f"must not be {text}, which is a path of the API")
    return _object_id(text)


def _date(text: str) -> str:
    parse_creation_date(text)
    return text


def _id_schema(*reserved: str) -> WithJsonSchema:
    """What a schema can say of an id: all but that its length is counted in bytes."""
    return WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_ID_BYTES,
            "pattern": "^[^/\\u0000-\\u001f\\u007f-\\u009f]+$",
            "not": {"pattern": "|".join(("^\\.{1,2}$", "%[0-9A-Fa-f]{2}", *(f"^{word}$" for word in reserved)))},
        }
    )


_YEAR, _MONTH, _DAY = "[0-9]{4}", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_DATES = (
    f"{_MONTH}-{_DAY}-{_YEAR}",
    f"{_YEAR}-{_MONTH}-{_DAY}",
    f"{_YEAR}{_MONTH}{_DAY}",
    f"{_YEAR}-?W[0-5][0-9](-?[1-7])?",  # a week, and its day
)
ObjectId = Annotated[str, AfterValidator(_object_id), _id_schema()]
PlanId = Annotated[str, AfterValidator(_plan_id), _id_schema(*sorted(RESERVED_IDS))]
CreationDate = Annotated[
    str,
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(_DATES)})$", "examples": ["12-12-2017"]}),
]
Amount = Annotated[float, Field(ge=0, lt=1e12, allow_inf_nan=False)]


class _Object(BaseModel, extra="allow", strict=True):
    """An object that keeps and returns unknown fields; types are not converted (`"10"` is not an amount)."""

    object_id: ObjectId = Field(alias="objectId")
    org: str = Field(alias="_org", min_length=1, max_length=256)


class MemberCostShare(_Object):
    """What a member pays under the plan as a whole or for one linked service; amounts in dollars."""

    object_type: Literal["membercostshare"] = Field(alias="objectType")
    deductible: Amount
    copay: Amount | None = None


class Service(_Object):
    """A service that a plan covers, such as a yearly physical."""

    object_type: Literal["service"] = Field(alias="objectType")
    name: str = Field(min_length=1, max_length=1000)


class LinkedPlanService(_Object):
    """A service as a plan covers it: the service and what the member pays for it. At most 350 KB of JSON."""

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


class Plan(PlanRoot, json_schema_extra={"examples": [EXAMPLE]}):
    """A plan with its cost shares and linked services. Without its services, it has at most 350 KB of JSON."""

    linked_services: list[LinkedPlanService] = Field(alias="linkedPlanServices", max_length=MAX_SERVICES)


class PlanPatch(RootModel[dict[str, Any] | list[dict[str, Any]]]):
    """A change of a plan: members to merge, or the operations of a JSON Patch."""


def check_plan(value: Json) -> dict[str, Json]:
    """Check a whole plan and return it. Raises BadInput with every fault, duplicate object ids included."""
    if not isinstance(value, dict):
        raise BadInput(_INVALID, errors=[Fault("", "must be an object")])
    services = value.get(SERVICES)
    list_faults = []
    if not isinstance(services, list):
        list_faults.append(Fault(pointer(SERVICES), "must be a list" if SERVICES in value else "is missing"))
        services = []
    elif len(services) > MAX_SERVICES:
        list_faults.append(Fault(pointer(SERVICES), f"has more than {MAX_SERVICES:,} services"))
        services = []
    places = {pointer(SERVICES, number): entry for number, entry in enumerate(services)}
    check_parts(value, places, other_faults=list_faults)
    plan: dict[str, Json] = value
    return plan


def check_same_id(plan: dict[str, Json], plan_id: str) -> None:
    """Raise BadInput if a plan's objectId differs from the id in the path."""
    if plan["objectId"] != plan_id:
        raise BadInput(_INVALID, errors=[Fault("/objectId", "is not the id in the path")])


def check_parts(
    root: Json,
    services: Mapping[str, Json],
    added: Collection[str] = (),
    *,
    others: Sequence[Json] = (),
    other_faults: Sequence[Fault] = (),
) -> None:
    """Check a plan's own members and some of its services, given by their pointers in the input.

    `added` are the object ids of services that a merge adds to the plan because it has none with this id, `others` are
    services of the plan that are not checked but whose object ids are taken.
    Raises BadInput with all their faults and with `other_faults`; it looks no further after MAX_FAULTS.
    """
    faults = [
        *other_faults,
        *_faults(PlanRoot, {name: member for name, member in root.items() if name != SERVICES}, ""),
    ]
    for place, service in services.items():
        is_added = bool(added) and isinstance(service, dict) and service.get("objectId") in added
        faults += _faults(LinkedPlanService, service, place, is_added)
        if len(faults) > MAX_FAULTS:
            break
    faults += _duplicates(root, services, others)
    if faults:
        raise BadInput(_INVALID, errors=faults)


def _faults(model: type[PlanRoot | LinkedPlanService], value: Json, place: str, is_added: bool = False) -> list[Fault]:
    faults = [*json_text.long_numbers(value)]
    try:
        model.model_validate(value)
    except ValidationError as error:
        faults += _unknown_service(error) if is_added else model_faults(error)
    if faults:
        return [Fault(place + fault.pointer, fault.message) for fault in faults]
    if len(json_text.write(value).encode()) > MAX_PART_BYTES:
        return [Fault(place, f"is larger than {MAX_PART_BYTES // 1000} KB")]
    return []


def _unknown_service(error: ValidationError) -> list[Fault]:
    """The faults of a service to add. All that is missing is one fault at the objectId, which may be misspelt.

    Where no service can have the objectId, that alone is its fault.
    """
    missing = [pointer(*entry["loc"]) for entry in error.errors() if entry["type"] == "missing"]
    faults = [fault for fault in model_faults(error) if fault.pointer not in missing]
    if missing and not any(fault.pointer == "/objectId" for fault in faults):
        names = ", ".join(place[1:] for place in missing)
        faults.insert(0, Fault("/objectId", f"no service with this objectId; to add one give {names}"))
    return faults


def _duplicates(root: Json, services: Mapping[str, Json], others: Sequence[Json]) -> Iterable[Fault]:
    objects = {"": root, "/planCostShares": root.get("planCostShares")}
    for place, service in services.items():
        objects |= _objects_of(service, place)
    taken = [value for service in others for value in _objects_of(service, "").values()]
    seen = {value["objectId"] for value in taken if isinstance(value, dict) and "objectId" in value}
    for place, value in objects.items():
        object_id = value.get("objectId") if isinstance(value, dict) else None
        if isinstance(object_id, str):
            if object_id in seen:
                yield Fault(f"{place}/objectId", "appears twice in the plan")
            seen.add(object_id)


def _objects_of(service: Json, place: str) -> dict[str, Json]:
    """A service and the objects in it, by their pointers."""
    inner = ("linkedService", "planserviceCostShares") if isinstance(service, dict) else ()
    return {place: service} | {f"{place}/{name}": service.get(name) for name in inner}

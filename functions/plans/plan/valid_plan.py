"""Whether a plan, or a part of it, is valid: every fault at once, with its pointer."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from payerworks.validation import faults, refuse
from plans.plan.document import SERVICES
from plans.plan.models import LinkedPlanService, PlanRoot

MAX_PART_BYTES = 350_000
"""Bytes of one part's JSON text: an item of the table may have 400 KB, keys and attributes included."""

_INVALID = "The plan is not valid."


def check_plan(value: Json) -> dict[str, Json]:
    """A whole plan, valid. Raises BadInput with every fault, duplicate object ids among them."""
    if not isinstance(value, dict):
        refuse([Fault("", "must be an object")], _INVALID)
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
    refuse(listed, _INVALID)


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
                yield Fault(f"{place}/objectId", "stands twice in the plan")
            seen.add(object_id)


def _identified(root: Json, services: Mapping[str, Json]) -> Iterable[tuple[str, dict[str, Json]]]:
    places = [("", root), ("/planCostShares", root.get("planCostShares"))]
    for place, service in services.items():
        places.append((place, service))
        if isinstance(service, dict):
            nested = ("linkedService", "planserviceCostShares")
            places += [(f"{place}/{name}", service.get(name)) for name in nested]
    return [(place, holder) for place, holder in places if isinstance(holder, dict)]

"""What clients are promised of plans, in plain Python: documents, the three forms of PATCH, what is valid."""

import copy
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

Json = Any

SERVICES = "linkedPlanServices"
_REQUIRED = {
    "plan": {"planType", "creationDate", "_org", "planCostShares", SERVICES},
    "planservice": {"_org", "linkedService", "planserviceCostShares"},
    "service": {"name", "_org"},
    "membercostshare": {"deductible", "_org"},
}


@dataclass(frozen=True)
class Number:
    """A number by its text: 1.0 is another document than 1."""

    text: str


def read(text: str | bytes) -> Json:
    """The value of a JSON text, its numbers by their texts."""
    return json.loads(text, parse_int=Number, parse_float=Number)


def write(value: Json) -> str:
    """Its compact JSON text."""
    match value:
        case Number():
            return value.text
        case dict():
            return "{" + ",".join(f"{write(name)}:{write(member)}" for name, member in value.items()) + "}"
        case list():
            return "[" + ",".join(map(write, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


class Placed(NamedTuple):
    """An object of a plan with the object id of its parent."""

    value: Json
    parent_id: str | None

    def indexed(self, plan_id: str) -> Json:
        """As `es_data` shows it: without nested objects, with the ids of plan and parent."""
        nested = ("planCostShares", SERVICES, "linkedService", "planserviceCostShares")
        own = {name: member for name, member in self.value.items() if name not in nested}
        return own | {"planId": plan_id, "parentId": self.parent_id}


def objects(plan: Json) -> list[Placed]:
    """All objects of a plan, the services' after their services."""
    found = [Placed(plan, None), Placed(plan.get("planCostShares"), plan["objectId"])]
    for service in plan[SERVICES]:
        found.append(Placed(service, plan["objectId"]))
        found += [Placed(service.get(name), service["objectId"]) for name in ("linkedService", "planserviceCostShares")]
    return found


def is_valid(plan: Json, plan_id: str) -> bool:
    """Whether a document that the machine made may be stored under this id."""
    if not isinstance(plan, dict) or plan.get("objectId") != plan_id or not isinstance(plan.get(SERVICES), list):
        return False
    values = [placed.value for placed in objects(plan)]
    if not all(isinstance(value, dict) and _is_complete(value) for value in values):
        return False
    names = [value["objectId"] for value in values]
    return len(set(names)) == len(names) and isinstance(plan["planType"], str)


def _is_complete(value: Json) -> bool:
    return "objectType" in value and _REQUIRED[value["objectType"]] <= value.keys()


def merged(plan: Json, change: Json) -> Json:
    """`application/json`: services are matched by objectId, new ones appended. None where one is named twice."""
    named = {entry["objectId"]: entry for entry in change.get(SERVICES, [])}
    if len(named) < len(change.get(SERVICES, [])):
        return None
    result = _merged(plan, {name: member for name, member in change.items() if name != SERVICES})
    result[SERVICES] = [_merged(service, named.pop(service["objectId"], {})) for service in result[SERVICES]]
    result[SERVICES] += named.values()
    return result


def _merged(target: Json, change: Json) -> Json:
    if not isinstance(target, dict) or not isinstance(change, dict):
        return change
    result = dict(target)
    for name, member in change.items():
        result[name] = _merged(target.get(name), member)
    return result


def merge_patched(target: Json, change: Json) -> Json:
    """`application/merge-patch+json` (RFC 7396)."""
    if not isinstance(change, dict):
        return change
    result = dict(target) if isinstance(target, dict) else {}
    for name, member in change.items():
        if member is None:
            result.pop(name, None)
        else:
            result[name] = merge_patched(result.get(name), member)
    return result


class Edit(NamedTuple):
    """One change of a document, which becomes an operation of a JSON Patch.

    `at` and `to` pick services and places; `by_id` addresses a service by its objectId; `value` is what is put there.
    """

    kind: str
    at: int
    to: int
    by_id: bool
    value: Json


def edited(plan: Json, edits: list[Edit]) -> tuple[list[Json], Json, int]:
    """The operations of a JSON Patch, the document after them, and 200 or the status that refuses them."""
    result = copy.deepcopy(plan)
    operations = []
    for edit in edits:
        operations.append(_operation(result, edit))
        if edit.kind in REFUSED:
            return operations, plan, REFUSED[edit.kind]
    return operations, result, 200


def _operation(plan: Json, edit: Edit) -> Json:
    """Carry an edit out, and say it as an operation."""
    match edit.kind:
        case "move" | "remove" | "copay" if plan[SERVICES]:
            return _of_service(plan[SERVICES], edit)
        case "insert":
            at = edit.at % (len(plan[SERVICES]) + 1)
            path = f"/{SERVICES}/{'-' if at == len(plan[SERVICES]) and edit.by_id else at}"
            plan[SERVICES].insert(at, copy.deepcopy(edit.value))
            return {"op": "add", "path": path, "value": edit.value}
        case "copy":
            plan["copied"] = copy.deepcopy(plan["planCostShares"])
            return {"op": "copy", "from": "/planCostShares", "path": "/copied"}
        case "test":
            return {"op": "test", "path": f"/{SERVICES}", "value": copy.deepcopy(plan[SERVICES])}
        case "failing test":
            return {"op": "test", "path": "/planType", "value": [plan["planType"]]}
        case "nowhere":
            return {"op": "replace", "path": "/nothing/there", "value": None}
    plan["a/b~c"] = edit.value
    return {"op": "add", "path": "/a~1b~0c", "value": edit.value}


def _of_service(services: list[Json], edit: Edit) -> Json:
    at, to = edit.at % len(services), edit.to % len(services)
    name = services[at]["objectId"]
    # What reads as a place in the list is one (RFC 6901, section 4), whatever objectIds there are.
    by_id = edit.by_id and not name.isdigit()
    place = f"/{SERVICES}/" + (name.replace("~", "~0") if by_id else str(at))
    if edit.kind == "move":
        services.insert(to, services.pop(at))
        return {"op": "move", "from": place, "path": f"/{SERVICES}/{to}"}
    if edit.kind == "remove":
        del services[at]
        return {"op": "remove", "path": place}
    services[at]["planserviceCostShares"]["copay"] = edit.value
    return {"op": "add", "path": f"{place}/planserviceCostShares/copay", "value": edit.value}


REFUSED = {"failing test": 409, "nowhere": 400}

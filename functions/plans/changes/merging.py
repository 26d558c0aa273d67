"""Two ways to merge a change into a plan: by object ids, and JSON Merge Patch (RFC 7396)."""

from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from plans.plan.document import SERVICES
from plans.plan.models import MAX_ID_BYTES


def deep_merged(target: Json, change: Json) -> Json:
    """`change` merged into `target`: objects at every depth, everything else replaces; null is a value."""
    if not isinstance(target, dict) or not isinstance(change, dict):
        return change
    return target | {name: deep_merged(target.get(name), member) for name, member in change.items()}


def merge_objects(plan: Json, change: Json) -> Json:
    """A plan after a merge by object ids: linked services are matched by theirs, new ones appended.

    Raises BadInput for a change that does not name its services.
    """
    named = named_services(change)
    services = {service["objectId"]: service for service in plan[SERVICES]}
    services |= {name: deep_merged(services.get(name), entry) for name, entry in named.items()}
    return deep_merged(plan, change) | {SERVICES: list(services.values())}


def merge_patched(target: Json, patch: Json) -> Json:
    """`target` after a merge patch: null takes a member away (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    members = dict(target) if isinstance(target, dict) else {}
    for name, member in patch.items():
        if member is None:
            members.pop(name, None)
        else:
            members[name] = merge_patched(members.get(name), member)
    return members


def named_services(change: Json) -> dict[str, dict[str, Json]]:
    """The linked services that a merge by object ids names, by their object ids. Raises BadInput with every fault."""
    if not isinstance(change, dict):
        raise BadInput("A change of a plan must be an object.", errors=[Fault("", "must be an object")])
    entries = change.get(SERVICES, [])
    if not isinstance(entries, list):
        raise BadInput("The change is not valid.", errors=[Fault(pointer(SERVICES), "must be a list")])
    named: dict[str, dict[str, Json]] = {}
    wrong = []
    for number, entry in enumerate(entries):
        object_id = entry.get("objectId") if isinstance(entry, dict) else None
        if not isinstance(object_id, str):
            wrong.append(Fault(pointer(SERVICES, number, "objectId"), "is missing: it says which service to change"))
        elif len(object_id.encode()) > MAX_ID_BYTES:
            # It would not fit into a key of the table, where it is looked for.
            wrong.append(Fault(pointer(SERVICES, number, "objectId"), f"must have 1 to {MAX_ID_BYTES} bytes"))
        elif object_id in named:
            wrong.append(Fault(pointer(SERVICES, number, "objectId"), "stands twice in the change"))
        else:
            named[object_id] = entry
    if wrong:
        raise BadInput("The change is not valid.", errors=wrong)
    return named

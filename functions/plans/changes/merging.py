"""Two ways to merge a change into a plan: by object id, and as a JSON Merge Patch (RFC 7396)."""

from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from plans.plan.document import MAX_ID_BYTES, SERVICES


def deep_merge(target: Json, change: Json) -> Json:
    """`target` with `change` merged in: objects merge at every depth, any other value, even null, replaces."""
    if not isinstance(target, dict) or not isinstance(change, dict):
        return change
    return target | {name: deep_merge(target.get(name), member) for name, member in change.items()}


def merge_by_object_id(plan: Json, change: Json) -> Json:
    """A plan after a merge by object id: linked services with the same objectId merge, new ones are appended.

    Raises BadInput if an entry of the change has no valid objectId.
    """
    services = {service["objectId"]: service for service in plan[SERVICES]}
    services |= {name: deep_merge(services.get(name), entry) for name, entry in named_services(change).items()}
    return deep_merge(plan, change) | {SERVICES: list(services.values())}


def apply_merge_patch(target: Json, patch: Json) -> Json:
    """`target` after a merge patch, in which null removes a member (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    members = dict(target) if isinstance(target, dict) else {}
    for name, member in patch.items():
        if member is None:
            members.pop(name, None)
        else:
            members[name] = apply_merge_patch(members.get(name), member)
    return members


def named_services(change: Json) -> dict[str, dict[str, Json]]:
    """The linked services in a change, by object id. Raises BadInput with every fault."""
    if not isinstance(change, dict):
        raise BadInput("A change of a plan must be an object.", errors=[Fault("", "must be an object")])
    entries = change.get(SERVICES, [])
    if not isinstance(entries, list):
        raise BadInput("The change is not valid.", errors=[Fault(pointer(SERVICES), "must be a list")])
    named: dict[str, dict[str, Json]] = {}
    faults = []
    for number, entry in enumerate(entries):
        place = pointer(SERVICES, number, "objectId")
        object_id = entry.get("objectId") if isinstance(entry, dict) else None
        if not isinstance(object_id, str):
            faults.append(Fault(place, "is missing: it says which service to change"))
        elif len(object_id.encode()) > MAX_ID_BYTES:
            # The id is looked up as part of a table key, which cannot be longer.
            faults.append(Fault(place, f"must have 1 to {MAX_ID_BYTES} bytes"))
        elif object_id in named:
            faults.append(Fault(place, "appears twice in the change"))
        else:
            named[object_id] = entry
    if faults:
        raise BadInput("The change is not valid.", errors=faults)
    return named

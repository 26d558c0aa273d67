"""A change by object ids that reads and writes only the plan's own members and the services that it names."""

from payerworks import json_text
from payerworks.json_text import Json, pointer
from plans.changes.merging import deep_merged, named_services
from plans.plan.document import SERVICES, ServicePart, object_ids, root_text
from plans.plan.models import check_parts
from plans.plan.stored_plan import Change, StoredRoot, part_replacement
from plans.storage import repository

MAX_NAMED = 90
"""Services that one transaction can change beside the root and the history."""


class WholePlanNeeded(Exception):
    """The change cannot be judged by its parts: it adds services, or gives object ids, which the plan may have once."""


def service_patch(root: StoredRoot, patch: Json) -> Change | None:
    """The change; None where nothing differs.

    Raises WholePlanNeeded, and BadInput with pointers into the patch.
    """
    named = named_services(patch)
    if len(named) > MAX_NAMED:
        raise WholePlanNeeded
    held = repository.read_services(root, named)
    old = {name: json_text.read(part.text) for name, part in held.items()}
    new = {name: deep_merged(old.get(name), entry) for name, entry in named.items()}
    old_members = root.text.value
    members = deep_merged(old_members, {name: member for name, member in patch.items() if name != SERVICES})
    check_parts(members, {pointer(SERVICES, number): service for number, service in enumerate(new.values())})
    if len(held) < len(named):
        raise WholePlanNeeded
    if object_ids(members, new.values()) != object_ids(old_members, [old[name] for name in new]):
        raise WholePlanNeeded
    parts = [ServicePart(name, held[name].rank, json_text.write(service)) for name, service in new.items()]
    return part_replacement(root, root_text(members), parts, held)

"""A merge by object id that reads and writes only the plan's own members and the services it names."""

from payerworks import json_text
from payerworks.json_text import Json, pointer
from plans.changes.merging import deep_merge, named_services
from plans.plan.document import SERVICES, ServicePart, object_ids, root_text
from plans.plan.models import check_parts
from plans.plan.stored_plan import Change, StoredRoot, part_replacement
from plans.storage import repository

MAX_NAMED = 90
"""Services that one transaction can change along with the root and the history."""


class WholePlanNeeded(Exception):
    """The change needs the whole plan: it adds services or changes object ids, which must be unique in the plan."""


def service_patch(root: StoredRoot, patch: Json) -> Change | None:
    """The change that a merge by object id makes; None if nothing differs.

    Raises WholePlanNeeded, and BadInput with pointers into the patch.
    """
    named = named_services(patch)
    if len(named) > MAX_NAMED:
        raise WholePlanNeeded
    stored = repository.read_services(root, named)
    old = {name: json_text.read(part.text) for name, part in stored.items()}
    new = {name: deep_merge(old.get(name), entry) for name, entry in named.items()}
    old_members = root.text.value
    members = deep_merge(old_members, {name: member for name, member in patch.items() if name != SERVICES})
    services = {pointer(SERVICES, number): service for number, service in enumerate(new.values())}
    check_parts(members, services, added=named.keys() - stored.keys())
    if len(stored) < len(named):
        raise WholePlanNeeded
    if object_ids(members, new.values()) != object_ids(old_members, [old[name] for name in new]):
        raise WholePlanNeeded
    parts = [ServicePart(name, stored[name].rank, json_text.write(service)) for name, service in new.items()]
    return part_replacement(root, root_text(members), parts, stored)

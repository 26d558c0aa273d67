"""A merge by object id that reads and writes only the plan's own members and the services it names."""

from collections.abc import Collection, Mapping

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
    """The change needs the whole plan.

    It names many services, adds some or changes object ids, which must be unique in the plan. Or nothing differs: a
    service can be read as of a later version than the root, so only the whole plan of one version shows that.
    """


def service_patch(root: StoredRoot, patch: Json) -> Change:
    """The change that a merge by object id makes. Raises WholePlanNeeded, and BadInput with pointers into the patch."""
    named = named_services(patch)
    if len(named) > MAX_NAMED:
        raise WholePlanNeeded
    stored = repository.read_services(root, named)
    old = {name: json_text.read(part.text) for name, part in stored.items()}
    new = {name: deep_merge(old.get(name), entry) for name, entry in named.items()}
    old_members = root.text.value
    members = deep_merge(old_members, {name: member for name, member in patch.items() if name != SERVICES})
    check_parts(members, _places(new), added=named.keys() - stored.keys())
    if len(stored) < len(named):
        raise WholePlanNeeded
    if object_ids(members, new.values()) != object_ids(old_members, [old[name] for name in new]):
        raise WholePlanNeeded
    parts = [ServicePart(name, stored[name].rank, json_text.write(service)) for name, service in new.items()]
    change = part_replacement(root, root_text(members), parts, stored)
    if change is None:
        raise WholePlanNeeded
    return change


def check_merged(plan: dict[str, Json], named: Collection[str], stored: Collection[str]) -> None:
    """Check a whole plan after a merge by object id that names services, of which the plan had those in `stored`.

    Raises BadInput with pointers into the patch. The other services are as they were, and only their ids count.
    """
    services = {service["objectId"]: service for service in plan[SERVICES]}
    others = [service for name, service in services.items() if name not in named]
    check_parts(plan, _places({name: services[name] for name in named}), set(named) - set(stored), others=others)


def _places(services: Mapping[str, Json]) -> dict[str, Json]:
    """Services by their pointers in a patch that names them in this order."""
    return {pointer(SERVICES, number): service for number, service in enumerate(services.values())}

"""Bring the index of one plan up to the table: safe to do twice, at once, and for changes in any order.

Documents carry the plan's version as external version, so nothing older overwrites anything newer, deletes included
(OpenSearch remembers a deleted document's version for an hour). The plan's own document comes last: its version says
up to which change all others are there.
"""

from payerworks.opensearch import bulk, ensure_index
from plans import repository, search_index
from plans.stored_plan import StoredPlan, StoredRoot

TRIES = 5


class PlanKeepsChanging(Exception):
    """Other changes were indexed in between every time; the message comes again."""


def sync_plan(tenant: str, plan_id: str, version: int) -> None:
    """Index the current state of a plan, if the index has not got as far as `version`.

    Only what the changes since then touched is written, where their history tells it; else the whole plan.
    Raises Unavailable, and PlanKeepsChanging.
    """
    ensure_index(search_index.ALIAS, search_index.definition)
    for number in range(TRIES):
        indexed = search_index.indexed_version(tenant, plan_id)
        if indexed >= version:
            return
        root = repository.read_root(tenant, plan_id)
        if root is None or root.version <= indexed:
            return
        touched = repository.services_changed(root, since=indexed) if indexed and not number else None
        if root.deleted:
            done = _take_out(root)
        elif touched is None:
            done = _index_whole(repository.read_plan(tenant, plan_id))
        else:
            done = _index_parts(root, touched)
        if done:
            return
    raise PlanKeepsChanging


def _index_parts(root: StoredRoot, touched: list[str]) -> bool:
    held = repository.read_services(root, touched)
    actions = [action for part in held.values() for action in search_index.service_actions(root, part)]
    for object_id in touched:
        if object_id not in held:
            actions += search_index.service_deletions(root, object_id)
    bulk(search_index.ALIAS, actions)
    return bulk(search_index.ALIAS, search_index.root_actions(root))


def _index_whole(plan: StoredPlan) -> bool:
    root = plan.root
    actions = [action for part in plan.services for action in search_index.service_actions(root, part)]
    bulk(search_index.ALIAS, actions)
    if root.version > 1:
        _take_out_older(root)
    return bulk(search_index.ALIAS, search_index.root_actions(root))


def _take_out(root: StoredRoot) -> bool:
    gone = bulk(search_index.ALIAS, [search_index.deletion(root, search_index.root_key(root.tenant, root.plan_id))])
    _take_out_older(root)
    return gone


def _take_out_older(root: StoredRoot) -> None:
    keys = search_index.older_keys(root)
    bulk(search_index.ALIAS, [search_index.deletion(root, key) for key in keys])

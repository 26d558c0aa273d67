"""Bring the index of one plan up to the table: safe to do twice, at once, and for changes in any order.

Why every order of writes, redeliveries and crashes ends in the index of the plan's current state:

1.  A sync reads the plan from the table after it learns the targets, so it writes the state of its message's change or
    a later one. A target that is added later is filled from the table after that, and has this change too.
2.  Documents carry the plan's version as external version: nothing older overwrites anything newer, and a document
    that was taken out comes back by an older version only where OpenSearch has forgotten the deletion (after an hour,
    or a restart) or never had the document.
3.  The plan's own document (or the tombstone of a deleted plan, which has its `_id`) comes last. Its version says up to
    which change all others are there; a sync that finds it at its message's version or beyond has nothing to do, and
    one that finds it lower writes what the changes since then touched, or the whole plan where history does not tell.
4.  What 2 leaves open is a slow sync that adds documents of an older version after a newer sync was through. It then
    meets the newer version at the plan's own document, holds the searchable documents against the table (their number
    and the sum of their hashes), and writes the plan whole and takes all others out where they differ.
5.  Or such a sync is through while a newer one, which has looked already for what to take out, has not yet written the
    plan's own document. That then takes the place of another: whoever finds it so makes the same comparison, unless it
    wrote all changes since an earlier version one by one. So does who fills an index (filling.py).
6.  A sync that dies before that is not over: its message comes again, and one that comes again makes the same
    comparison even if the index has got as far. So the last of the syncs that could have added something also looks.
7.  What is left is drift (a lost message, a hand in the index): a check finds it (drift_check.py), and a repair is a
    message that has the plan written whole.
"""

from collections.abc import Callable, Iterable

from payerworks.errors import NotFound
from payerworks.opensearch import Met, bulk
from plans.index import documents
from plans.index.documents import Action
from plans.index.index_state import contents, indexed_version, plan_keys, refresh
from plans.plan.stored_plan import StoredRoot
from plans.storage import repository
from plans.storage.scan import RootState
from search.indexes.index_targets import IndexTargets
from search.plans.drift import agrees

TARGETS = IndexTargets(documents.ALIAS, documents.definition)
TRIES = 5


class PlanKeepsChanging(Exception):
    """Other changes were indexed in between every time; the message comes again."""


Extra = Callable[[], Action]
"""More fields for the plan's own document, made when it is written."""


def sync_plan(
    tenant: str, plan_id: str, version: int, *, doubted: bool = False, whole: bool = False, extra: Extra = dict
) -> bool:
    """Bring a plan up to `version` or beyond in every index that is written; whether there was anything to write.

    `doubted`: compare even where the index has got as far; `whole`: write everything, and take out all else.
    Raises Unavailable, also where a target goes away, and PlanKeepsChanging.
    """
    synced = [sync_target(alias, tenant, plan_id, version, doubted, whole, extra) for alias in TARGETS.write_targets()]
    return any(synced)


def sync_target(
    alias: str, tenant: str, plan_id: str, version: int, doubted: bool, whole: bool, extra: Extra = dict
) -> bool:
    """As `sync_plan`, for one index."""
    wrote = False
    for _ in range(TRIES):
        indexed = indexed_version(alias, tenant, plan_id)
        if indexed >= version and not doubted and not whole:
            return wrote
        root = repository.read_root(tenant, plan_id)
        if root is None or root.version < indexed:
            # The table has forgotten the plan, or a part of its past (a restore): only a new index has no newer one.
            return _take_out_forgotten(alias, tenant, plan_id) if root is None and whole else wrote
        if root.version > indexed or whole:
            wrote = True
            if not _write(alias, root, indexed, whole, extra):
                doubted, whole = True, False
                continue
        if whole or not doubted or is_right(alias, root):
            return wrote
        whole = True
    raise PlanKeepsChanging


def is_right(alias: str, root: StoredRoot) -> bool:
    """Whether what is searchable of a plan, once all is that was written, agrees with its root."""
    refresh(alias)
    found = contents(alias, root.tenant, [root.plan_id]).get(root.plan_id)
    return agrees(RootState.of(root), found)


def _write(alias: str, root: StoredRoot, indexed: int, whole: bool, extra: Extra) -> bool:
    """Write what `indexed` is behind, or the whole; False where another may have written at the same time."""
    own = documents.root_key(root.tenant, root.plan_id)
    if root.deleted:
        met = _write_last(alias, _strays(alias, root, ()), [documents.tombstone_action(root)])
        return own not in met.newer | met.replaced
    touched = repository.services_changed(root, since=indexed) if indexed and not whole else None
    last = documents.root_actions(root)
    last[-1]["source"] |= extra()
    if touched is not None:
        return own not in _write_last(alias, _part_actions(root, touched), last).newer
    try:
        plan = repository.read_plan(root.tenant, root.plan_id)
    except NotFound:
        return False
    if plan.root.version != root.version:
        return False
    services = [action for part in plan.services for action in documents.service_actions(root, part)]
    strays = _strays(alias, root, [*services, *last]) if root.version > 1 or whole else []
    met = _write_last(alias, [*services, *strays], last)
    return own not in met.newer | met.replaced


def _write_last(alias: str, actions: list[Action], last: list[Action]) -> Met:
    # In two calls: where one of the first is refused, the plan's own document must not say that all is there.
    bulk(alias, actions)
    return bulk(alias, last)


def _part_actions(root: StoredRoot, touched: list[str]) -> list[Action]:
    held = repository.read_services(root, touched)
    actions = [action for part in held.values() for action in documents.service_actions(root, part)]
    for object_id in touched:
        if object_id not in held:
            actions += documents.service_delete_actions(root, object_id)
    return actions


def _strays(alias: str, root: StoredRoot, written: Iterable[Action]) -> list[Action]:
    """What takes out all documents of a plan that are not written, unless a newer version wrote them."""
    kept = {action["id"] for action in written}
    keys = plan_keys(alias, root.tenant, root.plan_id, root.version)
    return [documents.delete_action(root.tenant, root.plan_id, key, root.version) for key, _ in keys if key not in kept]


def _take_out_forgotten(alias: str, tenant: str, plan_id: str) -> bool:
    found = list(plan_keys(alias, tenant, plan_id, None))
    if not found or repository.read_root(tenant, plan_id) is not None:
        return False
    bulk(alias, [documents.delete_action(tenant, plan_id, key, version) for key, version in found])
    return True

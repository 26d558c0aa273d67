"""Bring the index of one plan up to the table; safe to repeat, to run concurrently, and for changes in any order.

A sync handles one message: "the plan has reached version n", written vn here. It writes all targets, that is, all
indexes with a write alias (index_targets.py). The root document is the plan's own document or, for a deleted plan, the
tombstone with the same `_id`. Why any order of syncs, redeliveries and crashes ends in the plan's current state:

1.  A sync reads the plan after it reads the targets, so each target gets this change or a later one.
        The message for v5 is late: its sync reads v7 from the table and writes v7.
        An index that became a target after v5's sync read the targets is filled from the table later, with v7.

2.  Documents carry the plan's version as external version, so an older version never overwrites a newer one.
        A sync writes a service as of v5, and the index has it as of v7: OpenSearch keeps v7.
        If v7 deleted it, v5 comes back only if OpenSearch forgot the deletion (1 h, restart) or never had the document.

3.  The root document is written last, so its version is the one up to which all other documents are written.
        The root document has v7: the sync for v5 has nothing to do.
        It has v4: that sync writes what v5 changed, or the whole plan if the history does not list all changes.

4.  A slow sync can add documents of an older version after a newer sync has finished (the gap in 2). It then meets the
    newer root document and compares number and hashes of the searchable documents with the table. If they differ, it
    writes the whole plan and deletes all other documents.
        Sync A for v5 is slow; sync B for v6 finds no document of service S, which v6 removed; then A adds S.
        A meets the root document of v6, finds three documents too many, writes v6 whole and deletes S.

5.  Or the slow sync finishes while the newer one has already looked for documents to delete but not yet written the
    root document. The newer one then replaces a root document and makes the same comparison, unless it wrote and
    deleted everything changed since that version one by one. A backfill compares in the same way (backfill.py).
        B for v6 lists the documents to delete; A for v5 adds S and the root document; B writes the root document.
        B has replaced the root document of v5, so it compares and deletes S.

6.  A sync that dies before its comparison is redelivered. A redelivered message always compares, even if the root
    document is recent enough, so the last sync that may have added something also checks.
        A adds S and dies; its message is delivered again and finds the root document of v6.
        It compares nevertheless, and deletes S.

7.  A request can land when nobody waits for it any more: its sync had no answer in time, lost its connection or was
    killed, while OpenSearch waited for a primary shard. OpenSearch gives up 5 s after it got the request
    (opensearch.SERVER_SECONDS), and the message comes again later than that: at least 8 s after its sync failed
    (opensearch.SECONDS), and a killed one's after the queue's visibility time-out, six times that of the function. So
    what lands at all lands before the comparison of point 6.
        A's bulk for v5 waits for a primary shard; B for v6 removes S, which the index does not have; the bulk adds S.
        A gives up after 8 s, its message is delivered again after 16 s, compares, and deletes S.

8.  A message that was a dead letter counts its tries from 1 again, whoever sends it (ops/queues/dead_letters.py, or
    StartMessageMoveTask of AWS). Such a change is over an hour old (on_plan_operation.REDRIVEN_AFTER): all its tries
    take seven hours. A message of that age compares as a redelivered one does.
        A adds S in its last try and dies; a week later the message is redriven, compares, and deletes S.

9.  All these reads ask the primary shard: the version of the root document without waiting for a refresh, the rest
    after one. A replica may lack both for a while if the domain replicates segments instead of documents.
        B removes S; A adds S; a replica still has v6 without S. The comparison asks the primary shard and sees S.

10. What remains is drift: from lost messages and manual changes; from a request that OpenSearch began in time and then
    worked on for longer than the pause; from a message that SQS delivers twice at once, where one delivery is done and
    the other dies after it. A drift check finds it (drift_check.py), and its repair message makes a sync write the
    whole plan.
        Someone deletes a service's document by hand: the root document has v6, so no sync acts.
        The check finds one document too few; the repair writes v6 whole.
"""

from collections.abc import Callable, Iterable

from payerworks.errors import BadInput, NotFound
from payerworks.opensearch import Action, Met, bulk
from plans.index import documents
from plans.index.index_state import indexed_version, plan_keys, read_contents, refresh
from plans.plan.stored_plan import StoredRoot
from plans.storage import repository
from plans.storage.scan import RootState
from search.indexes.index_targets import IndexTargets
from search.plans.drift import is_in_sync

TARGETS = IndexTargets(documents.ALIAS, documents.definition)
TRIES = 5


class PlanKeepsChanging(Exception):
    """Other changes were indexed during each of TRIES tries; the message is redelivered."""


ExtraFields = Callable[[], Action]
"""Makes more fields for the root document, called when it is written."""


def sync_plan(
    tenant: str, plan_id: str, version: int, *, verify: bool = False, whole: bool = False, extra: ExtraFields = dict
) -> bool:
    """Bring a plan up to `version` or a later one in all targets; returns whether anything was written.

    `verify`: compare even if the index has `version`; `whole`: write all documents and delete all others.
    Raises Unavailable, also if a target is deleted meanwhile, and PlanKeepsChanging.
    """
    aliases = TARGETS.write_targets()
    wrote = [sync_target(alias, tenant, plan_id, version, verify, whole, extra) for alias in aliases]
    return any(wrote)


def sync_target(
    alias: str, tenant: str, plan_id: str, version: int, verify: bool, whole: bool, extra: ExtraFields = dict
) -> bool:
    """`sync_plan` for one target, given by its alias."""
    wrote = False
    for _ in range(TRIES):
        indexed = indexed_version(alias, tenant, plan_id)
        if indexed >= version and not verify and not whole:
            return wrote
        root = repository.read_root(tenant, plan_id)
        if root is None or root.version < indexed:
            # A restore took the plan or its last versions out of the table; only a new index can show the older state.
            return _delete_unknown_plan(alias, tenant, plan_id) if root is None and whole else wrote
        if root.version > indexed or whole:
            wrote = True
            if not _write(alias, root, indexed, whole, extra):
                verify, whole = True, False
                continue
        if whole or not verify or is_target_in_sync(alias, root):
            return wrote
        whole = True
    raise PlanKeepsChanging


def is_target_in_sync(alias: str, root: StoredRoot) -> bool:
    """Whether the documents of a plan match its root, after a refresh that makes all writes searchable."""
    refresh(alias)
    key = (root.tenant, root.plan_id)
    return is_in_sync(RootState.of(root), read_contents(alias, [key]).get(key))


def _write(alias: str, root: StoredRoot, indexed: int, whole: bool, extra: ExtraFields) -> bool:
    """Write the changes since version `indexed`, or the whole plan; False if another sync may have interfered."""
    root_key = documents.root_key(root.tenant, root.plan_id)
    if root.deleted:
        met = _write_in_order(alias, _stray_deletions(alias, root, ()), [documents.tombstone_action(root)])
        return root_key not in met.newer | met.replaced
    touched = repository.services_changed(root, since=indexed) if indexed and not whole else None
    last = documents.root_actions(root)
    last[-1]["source"] |= extra()
    if touched is not None:
        # Writes or deletes every document changed since `indexed`, so a replaced root document is expected (point 5).
        return root_key not in _write_in_order(alias, _service_actions(root, touched), last).newer
    try:
        plan = repository.read_plan(root.tenant, root.plan_id)
    except (NotFound, BadInput):
        # Deleted meanwhile; BadInput if its id is of before the rule for ids (plan/document.py).
        return False
    if plan.root.version != root.version:
        return False
    services = [action for part in plan.services for action in documents.service_actions(root, part)]
    strays = _stray_deletions(alias, root, [*services, *last]) if root.version > 1 or whole else []
    met = _write_in_order(alias, [*services, *strays], last)
    return root_key not in met.newer | met.replaced


def _write_in_order(alias: str, actions: list[Action], last: list[Action]) -> Met:
    # Two calls: if an action of the first fails, the root document must not claim that all others are written.
    bulk(alias, actions)
    return bulk(alias, last)


def _service_actions(root: StoredRoot, touched: list[str]) -> list[Action]:
    stored = repository.read_services(root, touched)
    actions = [action for part in stored.values() for action in documents.service_actions(root, part)]
    for object_id in touched:
        if object_id not in stored:
            actions += documents.service_delete_actions(root, object_id)
    return actions


def _stray_deletions(alias: str, root: StoredRoot, written: Iterable[Action]) -> list[Action]:
    """The actions that delete all other documents of a plan, except those a newer version wrote."""
    kept = {action["id"] for action in written}
    keys = plan_keys(alias, root.tenant, root.plan_id, root.version)
    return [documents.delete_action(root.tenant, root.plan_id, key, root.version) for key, _ in keys if key not in kept]


def _delete_unknown_plan(alias: str, tenant: str, plan_id: str) -> bool:
    keys = list(plan_keys(alias, tenant, plan_id, None))
    if not keys or repository.read_root(tenant, plan_id) is not None:
        return False
    bulk(alias, [documents.delete_action(tenant, plan_id, key, version) for key, version in keys])
    return True

"""The index of plans held against the table, a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from payerworks.json_text import Json
from plans.index.documents import ALIAS, HASHES
from plans.index.index_state import Content, contents, indexed_plans, refresh
from plans.storage.scan import PAGE, PlanKey, RootState, read_root_states, root_page
from search.indexes.drift import ComparedPage, DriftKind, Finding


def compare_table_page(tenant: str | None, position: Json) -> ComparedPage:
    """Which of the table's plans the index may have otherwise."""
    roots, following = root_page(tenant, position)
    suspects = [finding.key for finding in compare(roots, _contents(roots))]
    return ComparedPage(suspects, len(roots), following)


def compare_index_page(tenant: str | None, position: Json) -> ComparedPage:
    """Which of the index's plans the table may not have."""
    keys, following = indexed_plans(ALIAS, tenant, position, PAGE)
    roots = read_root_states(keys, consistent=False)
    return ComparedPage([finding.key for finding in orphans(keys, roots)], len(keys), following)


def recheck(keys: Sequence[PlanKey]) -> list[Finding]:
    """What differs of these plans, as it is now."""
    roots = read_root_states(keys, consistent=True)
    refresh(ALIAS)
    held = _contents(keys)
    return compare(roots, held) + orphans([key for key in held if held[key].documents and key not in roots], roots)


def _contents(keys: Iterable[PlanKey]) -> dict[PlanKey, Content]:
    found: dict[PlanKey, Content] = {}
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        held = contents(ALIAS, tenant, [plan_id for _, plan_id in group])
        found |= {(tenant, plan_id): content for plan_id, content in held.items()}
    return found


def agrees(root: RootState, content: Content | None) -> bool:
    """Whether an index has exactly what a root stands for.

    A live plan has a document for itself and its cost shares and three for each service, whose hashes add up to its
    digest; a deleted one has none, and a tombstone is no duty: an index that was made after the deletion has none.
    """
    found = content or Content()
    if root.deleted:
        return not found.documents
    hashes = (root.digest - found.hashes) % HASHES
    return (
        found.live and found.version == root.version and found.documents == documents_of(root.services) and not hashes
    )


def documents_of(services: int) -> int:
    """How many documents a plan with so many services has."""
    return 2 + 3 * services


def compare(roots: Mapping[PlanKey, RootState], contents: Mapping[PlanKey, Content]) -> list[Finding]:
    """What differs of these plans: `missing` has no document of its own, `stale` another content or version."""
    found = []
    for key, root in roots.items():
        content = contents.get(key)
        if not agrees(root, content):
            found.append(Finding(_kind(root, content), key))
    return found


def _kind(root: RootState, content: Content | None) -> DriftKind:
    if root.deleted:
        return "orphaned"
    return "stale" if content is not None and content.live else "missing"


def orphans(indexed: Iterable[PlanKey], roots: Mapping[PlanKey, RootState]) -> list[Finding]:
    """The plans that are indexed and that the table does not have."""
    return [Finding("orphaned", key) for key in indexed if key not in roots or roots[key].deleted]

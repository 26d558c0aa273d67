"""Compare the plan index with the table, one page at a time."""

from collections.abc import Iterable, Mapping, Sequence

from payerworks.json_text import Json
from plans.index.documents import ALIAS, HASHES
from plans.index.index_state import Content, indexed_plans, read_contents, refresh
from plans.storage.scan import PAGE, PlanKey, RootState, read_root_states, root_page
from search.indexes.drift import ComparedPage, DriftKind, Finding


def compare_table_page(tenant: str | None, position: Json) -> ComparedPage:
    """Compare a page of the table: suspects are plans that the index lacks or has differently."""
    roots, following = root_page(tenant, position)
    suspects = [finding.key for finding in compare(roots, read_contents(ALIAS, roots))]
    return ComparedPage(suspects, len(roots), following)


def compare_index_page(tenant: str | None, position: Json) -> ComparedPage:
    """Compare a page of the index: suspects are plans that the table lacks."""
    keys, following = indexed_plans(ALIAS, tenant, position, PAGE)
    roots = read_root_states(keys, consistent=False)
    return ComparedPage([finding.key for finding in orphans(keys, roots)], len(keys), following)


def recheck(keys: Sequence[PlanKey]) -> list[Finding]:
    """The current drift of these plans."""
    roots = read_root_states(keys, consistent=True)
    refresh(ALIAS)
    indexed = read_contents(ALIAS, keys)
    unknown = [key for key, content in indexed.items() if content.documents and key not in roots]
    return compare(roots, indexed) + orphans(unknown, roots)


def is_in_sync(root: RootState, content: Content | None) -> bool:
    """Whether the index content of a plan matches its root.

    A live plan has the documents that `document_count` counts, and their hashes add up to its digest. A deleted plan
    has none. It need not have a tombstone: an index created after the deletion has none.
    """
    if root.deleted:
        return content is None or not content.documents
    expected = Content(root.version, True, document_count(root.services), root.digest % HASHES)
    return content is not None and content._replace(hashes=content.hashes % HASHES, refused=0) == expected


def document_count(services: int) -> int:
    """Documents of a plan with this many services: itself, its cost shares, and three per service."""
    return 2 + 3 * services


def compare(roots: Mapping[PlanKey, RootState], contents: Mapping[PlanKey, Content]) -> list[Finding]:
    """The drift of these plans.

    `missing` has no document of its own, `stale` has other content or another version, `refused` has what the table
    has, but OpenSearch took some of its documents only without their search fields.
    """
    kinds = {key: _kind(root, contents.get(key)) for key, root in roots.items()}
    return [Finding(kind, key) for key, kind in kinds.items() if kind is not None]


def _kind(root: RootState, content: Content | None) -> DriftKind | None:
    if is_in_sync(root, content):
        return "refused" if content is not None and content.refused else None
    if root.deleted:
        return "orphaned"
    return "stale" if content is not None and content.live else "missing"


def orphans(indexed: Iterable[PlanKey], roots: Mapping[PlanKey, RootState]) -> list[Finding]:
    """The indexed plans that the table lacks."""
    return [Finding("orphaned", key) for key in indexed if key not in roots or roots[key].deleted]

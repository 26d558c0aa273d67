"""Drift: where an index says something else than the table, judged by numbers of both."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from payerworks.json_text import Json
from plans.index_content import Content
from plans.search_index import HASHES
from plans.table_pages import PlanKey, RootState
from search.jobs import Kind

Key = tuple[str, str]
"""Tenant, and the id of a plan or a patient."""

Look = tuple[list[Key], int, Json]
"""Suspects of a page, how many plans or patients were looked at, and the position of the next page."""


class Finding(NamedTuple):
    """A plan or a patient whose index entry differs."""

    kind: Kind
    key: Key


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


def _kind(root: RootState, content: Content | None) -> Kind:
    if root.deleted:
        return "orphaned"
    return "stale" if content is not None and content.live else "missing"


def orphans(indexed: Iterable[PlanKey], roots: Mapping[PlanKey, RootState]) -> list[Finding]:
    """The plans that are indexed and that the table does not have."""
    return [Finding("orphaned", key) for key in indexed if key not in roots or roots[key].deleted]

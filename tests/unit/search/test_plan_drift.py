import pytest

from plans.index.index_state import Content
from plans.storage.scan import RootState
from search.indexes.drift import Finding
from search.plans.drift import compare, is_in_sync, orphans

KEY = ("acme", "plan")
ROOT = RootState(version=3, digest=5 * 2**64 + 77, services=2)
RIGHT = Content(version=3, live=True, documents=8, hashes=2**33 + 77)


def test_a_plan_is_in_sync_by_version_number_of_documents_and_the_low_bits_of_its_digest() -> None:
    assert is_in_sync(ROOT, RIGHT)
    assert compare({KEY: ROOT}, {KEY: RIGHT}) == []


@pytest.mark.parametrize(
    "content",
    [
        RIGHT._replace(version=2),
        RIGHT._replace(version=4),
        RIGHT._replace(documents=7),
        RIGHT._replace(documents=9),
        RIGHT._replace(hashes=RIGHT.hashes + 1),
    ],
)
def test_another_version_number_or_content_is_stale(content: Content) -> None:
    assert compare({KEY: ROOT}, {KEY: content}) == [Finding("stale", KEY)]


@pytest.mark.parametrize(
    "content", [None, Content(), RIGHT._replace(live=False, documents=7), Content(version=2, live=False)]
)
def test_a_plan_without_its_own_document_is_missing_even_with_a_tombstone(content: Content | None) -> None:
    assert compare({KEY: ROOT}, {KEY: content} if content else {}) == [Finding("missing", KEY)]


def test_documents_of_a_deleted_plan_are_orphaned_unless_only_a_tombstone_is_left() -> None:
    deleted = RootState(version=4, digest=0, services=0, deleted=True)
    assert compare({KEY: deleted}, {KEY: Content(version=4)}) == []
    assert compare({KEY: deleted}, {}) == []
    assert compare({KEY: deleted}, {KEY: RIGHT}) == [Finding("orphaned", KEY)]


def test_indexed_plans_that_the_table_lacks_or_has_deleted_are_orphaned() -> None:
    deleted = RootState(version=4, digest=0, services=0, deleted=True)
    roots = {KEY: ROOT, ("acme", "gone"): deleted}
    indexed = [KEY, ("acme", "gone"), ("other", "plan")]
    assert orphans(indexed, roots) == [Finding("orphaned", ("acme", "gone")), Finding("orphaned", ("other", "plan"))]

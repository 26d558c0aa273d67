"""Bring the patient index up to the table; safe to repeat, to run concurrently, and for changes in any order.

1.  A patient is one document with the patient's version as external version: no older version overwrites a newer one.
2.  A sync reads the table after the targets, and a target added later is filled from the table afterwards: every
    target gets every change.
3.  Patients are never deleted. A document without a patient comes from manual work or a restore; it is deleted when
    a repair names it.
"""

from collections.abc import Collection

from intake.registry.registry_pages import stored_documents
from intake.registry.search_index import ALIAS, PatientKey, definition, deletion, indexing, read_documents
from payerworks.opensearch import Action, bulk
from search.indexes.index_targets import IndexTargets

TARGETS = IndexTargets(ALIAS, definition)


def sync_patients(keys: Collection[PatientKey]) -> None:
    """Bring patients up to the table in all write targets. Raises Unavailable."""
    targets = TARGETS.write_targets()
    stored = stored_documents(keys)
    unknown = [key for key in keys if key not in stored]
    for alias in targets:
        bulk(alias, [*map(indexing, stored.values()), *_deletions(alias, unknown)])


def _deletions(alias: str, keys: Collection[PatientKey]) -> list[Action]:
    indexed = read_documents(alias, keys)
    # Read the table again, after the index: a patient may have been created in between.
    stored = stored_documents(indexed)
    return [deletion(document) for key, document in indexed.items() if key not in stored]

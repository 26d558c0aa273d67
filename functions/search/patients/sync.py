"""Bring the index of patients up to the table: safe to do twice, at once, and for changes in any order.

A patient is one document, which carries the patient's version as external version: nothing older overwrites anything
newer. A sync reads the table after it learns the targets, and a target that is added later is filled from the table
after that, so each has every change. Patients are never deleted: what the table does not have is a hand's or a
restore's, and is taken out when a repair names it.
"""

from collections.abc import Collection

from intake.registry.registry_pages import stored_documents
from intake.registry.search_index import ALIAS, Action, PatientKey, definition, deletion, indexing, read_documents
from payerworks.opensearch import bulk
from search.indexes.index_targets import IndexTargets

TARGETS = IndexTargets(ALIAS, definition)


def sync_patients(keys: Collection[PatientKey]) -> None:
    """Bring patients up to what the table has of them in every index that is written. Raises Unavailable."""
    targets = TARGETS.write_targets()
    stored = stored_documents(keys)
    others = [key for key in keys if key not in stored]
    for alias in targets:
        bulk(alias, [*map(indexing, stored.values()), *_taking_out(alias, others)])


def _taking_out(alias: str, keys: Collection[PatientKey]) -> list[Action]:
    indexed = read_documents(alias, keys)
    # Read anew after the index: one of them may have been made in between.
    stored = stored_documents(indexed)
    return [deletion(document) for key, document in indexed.items() if key not in stored]

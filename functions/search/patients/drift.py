"""The index of patients held against the table, a page at a time."""

from collections.abc import Mapping, Sequence

from intake.registry.registry_pages import patient_page, stored_documents
from intake.registry.search_index import ALIAS, Document, PatientKey, indexed_page, read_documents
from payerworks.json_text import Json
from search.indexes.drift import ComparedPage, Finding

PAGE = 1000
"""Patients of a page of the index."""


def compare_table_page(tenant: str | None, position: Json) -> ComparedPage:
    """Which of the table's patients the index may have otherwise."""
    documents, following = patient_page(tenant, position)
    stored = {document.key: document for document in documents}
    suspects = compare(stored, read_documents(ALIAS, stored))
    return ComparedPage([finding.key for finding in suspects], len(documents), following)


def compare_index_page(tenant: str | None, position: Json) -> ComparedPage:
    """Which of the index's patients the table may not have."""
    keys, following = indexed_page(ALIAS, tenant, position, PAGE)
    stored = stored_documents(keys)
    return ComparedPage([key for key in keys if key not in stored], len(keys), following)


def recheck(keys: Sequence[PatientKey]) -> list[Finding]:
    """What differs of these patients, as it is now."""
    stored, indexed = stored_documents(keys), read_documents(ALIAS, keys)
    orphaned = [Finding("orphaned", key) for key in indexed if key not in stored]
    return compare(stored, indexed) + orphaned


def compare(stored: Mapping[PatientKey, Document], indexed: Mapping[PatientKey, Document]) -> list[Finding]:
    """What differs of these patients, each of which is one document: as the table says, and as the index has it."""
    return [
        Finding("stale" if key in indexed else "missing", key)
        for key, document in stored.items()
        if indexed.get(key) != document
    ]

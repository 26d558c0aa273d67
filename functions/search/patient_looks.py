"""The index of patients held against the table, a page at a time."""

from collections.abc import Mapping, Sequence

from intake.registry_pages import patient_page, stored_documents
from intake.search_index import ALIAS, Document, PatientKey, indexed_page, read_documents
from payerworks.json_text import Json
from search.drift import Finding, Look

PAGE = 1000
"""Patients of a page of the index."""


def look_at_table(tenant: str | None, position: Json) -> Look:
    """Which of the table's patients the index may have otherwise."""
    documents, following = patient_page(tenant, position)
    stored = {document.key: document for document in documents}
    suspects = compare(stored, read_documents(ALIAS, stored))
    return [finding.key for finding in suspects], len(documents), following


def look_at_index(tenant: str | None, position: Json) -> Look:
    """Which of the index's patients the table may not have."""
    keys, following = indexed_page(ALIAS, tenant, position, PAGE)
    stored = stored_documents(keys)
    return [key for key in keys if key not in stored], len(keys), following


def look_again(keys: Sequence[PatientKey]) -> list[Finding]:
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

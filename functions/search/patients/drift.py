"""Compare the patient index with the table, one page at a time."""

from collections.abc import Mapping, Sequence

from intake.registry.registry_pages import patient_page, stored_documents
from intake.registry.search_index import ALIAS, Document, PatientKey, indexed_page, read_documents
from payerworks.json_text import Json
from search.indexes.drift import ComparedPage, DriftKind, Finding

PAGE = 1000
"""Patients per page of the index."""


def compare_table_page(tenant: str | None, position: Json) -> ComparedPage:
    """Compare a page of the table: suspects are patients that the index lacks or has differently."""
    documents, following = patient_page(tenant, position)
    stored = {document.key: document for document in documents}
    suspects = compare(stored, read_documents(ALIAS, stored))
    return ComparedPage([finding.key for finding in suspects], len(documents), following)


def compare_index_page(tenant: str | None, position: Json) -> ComparedPage:
    """Compare a page of the index: suspects are patients that the table lacks."""
    keys, following = indexed_page(ALIAS, tenant, position, PAGE)
    stored = stored_documents(keys)
    return ComparedPage([key for key in keys if key not in stored], len(keys), following)


def recheck(keys: Sequence[PatientKey]) -> list[Finding]:
    """The current drift of these patients."""
    stored, indexed = stored_documents(keys), read_documents(ALIAS, keys)
    orphaned = [Finding("orphaned", key) for key in indexed if key not in stored]
    return compare(stored, indexed) + orphaned


def compare(stored: Mapping[PatientKey, Document], indexed: Mapping[PatientKey, Document]) -> list[Finding]:
    """Missing, stale and refused patients, given the documents made from the table and those in the index."""
    pairs = [(key, document, indexed.get(key)) for key, document in stored.items()]
    return [Finding(_kind(document, found), key) for key, document, found in pairs if found != document]


def _kind(document: Document, found: Document | None) -> DriftKind:
    if found is None:
        return "missing"
    return "refused" if found.refused and found.version == document.version else "stale"

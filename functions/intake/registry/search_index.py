"""Patients in OpenSearch: one document each, with the names to search by and no other personal data.

Alias `patients`. A document's `_id` is the patient's id; its names are folded (`folded`); its `version` is the
patient's and serves as OpenSearch's external version: a late write never overwrites a later state. A document that
OpenSearch refuses is written without names, and with `refused`.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from intake.registry.registry_rules import Person, StoredPatient
from payerworks.json_text import Json
from payerworks.opensearch import UP_TO_DATE, Action, hits, search, searching
from payerworks.search_index import index_settings, require_index
from payerworks.texts import folded

ALIAS = "patients"

PatientKey = tuple[str, str]
"""Tenant and patient id."""

_NAMES = {"last": "", "first": ""}
"""The fields that only searches need, with their values in a document that has none."""


class NamePrefix(NamedTuple):
    """The beginnings of a last and a first name, in any case; an empty text matches every name."""

    last: str = ""
    first: str = ""

    def matches(self, person: Person) -> bool:
        """Whether a person's names begin like this."""
        last, first = folded(person.last_name), folded(person.first_name)
        return last.startswith(folded(self.last)) and first.startswith(folded(self.first))


class Document(NamedTuple):
    """A patient as the index keeps it."""

    tenant: str
    id: str
    last: str
    first: str
    version: int
    refused: bool = False

    @property
    def key(self) -> PatientKey:
        return self.tenant, self.id


def definition() -> dict[str, Any]:
    """Settings and mapping of an index of patients."""
    properties = {name: {"type": "keyword"} for name in ("tenant", "id", "last", "first")}
    return {
        "settings": index_settings("1s"),
        "mappings": {
            "dynamic": False,
            "properties": properties | {"version": {"type": "long"}, "refused": {"type": "boolean"}},
        },
    }


def document_of(tenant: str, patient_id: str, patient: StoredPatient) -> Document:
    """The document of a stored patient."""
    person = patient.person
    return Document(tenant, patient_id, folded(person.last_name), folded(person.first_name), patient.version)


def indexing(document: Document) -> Action:
    """The bulk action that writes a document, unless the index has a later one of the patient."""
    source = {name: value for name, value in document._asdict().items() if name != "refused"}
    return deletion(document) | {"op": "index", "source": source, "searched": _NAMES}


def deletion(document: Document) -> Action:
    """The bulk action that deletes a document, unless the index has a later one of the patient."""
    return {"op": "delete", "id": document.id, "routing": document.id, "version": document.version}


def find(tenant: str, names: NamePrefix, skip: int, count: int) -> tuple[int, list[str]]:
    """The number of patients with such names, and the ids of up to `count` after the first `skip`, sorted by name.

    `skip` + `count` is at most 10,000, the depth of OpenSearch. Raises Unavailable.
    """
    prefixes = [{"prefix": {name: {"value": folded(text)}}} for name, text in names._asdict().items() if text]
    body = {
        "query": {"bool": {"filter": [{"term": {"tenant": tenant}}, *prefixes]}},
        "sort": [{"last": "asc"}, {"first": "asc"}, {"id": "asc"}],
        "from": skip,
        "size": count,
        "track_total_hits": True,
        "_source": False,
    }
    # All searches of a tenant go to the same copy of a shard, so consecutive pages agree.
    answer = search(ALIAS, body, preference=f"tenant-{tenant}")
    require_index(answer, "patient_index")
    page = answer["hits"]
    return page["total"]["value"], [hit["_id"] for hit in page["hits"]]


def read_documents(alias: str, keys: Collection[PatientKey]) -> dict[PatientKey, Document]:
    """The documents of these patients in an index, also those not yet refreshed. Raises Unavailable."""
    if not keys:
        return {}
    with searching() as client:
        answer = client.mget({"ids": [patient_id for _, patient_id in keys]}, index=alias, params=UP_TO_DATE)
    documents = [Document(**_NAMES | entry["_source"]) for entry in answer["docs"] if entry.get("found")]
    return {document.key: document for document in documents}


def indexed_page(alias: str, tenant: str | None, after: Json, count: int) -> tuple[list[PatientKey], Json]:
    """Up to `count` searchable patients of a tenant, or of all (None), in a fixed order, and `after` for the next page.

    `after` is None before the first page and after the last. Raises Unavailable.
    """
    filters = [{"term": {"tenant": tenant}}] if tenant else []
    body = {"query": {"bool": {"filter": filters}}, "sort": [{"id": "asc"}], "size": count, "_source": ["tenant"]}
    page = hits(alias, body | ({"search_after": after} if after else {}), **UP_TO_DATE)
    keys = [(hit["_source"]["tenant"], hit["_id"]) for hit in page]
    return keys, page[-1]["sort"] if len(page) == count else None

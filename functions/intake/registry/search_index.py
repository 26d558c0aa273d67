"""Patients in OpenSearch: a document each, which has the names that it is searched by and nothing else of a person.

Alias `patients`. A document's `_id` is the patient's id; its names are folded (names.py); its `version` is the
patient's, and OpenSearch's external one: a late write never overwrites a later state.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from intake.registry.names import NamePrefix, folded
from intake.registry.registry_rules import StoredPatient
from payerworks.json_text import Json
from payerworks.opensearch import hits, search, searching

ALIAS = "patients"

PatientKey = tuple[str, str]
"""Tenant and patient id."""

Action = dict[str, Any]


class Document(NamedTuple):
    """What the index has of a patient."""

    tenant: str
    id: str
    last: str
    first: str
    version: int

    @property
    def key(self) -> PatientKey:
        return self.tenant, self.id


def definition() -> dict[str, Any]:
    """Settings and mapping of an index of patients."""
    properties = {name: {"type": "keyword"} for name in ("tenant", "id", "last", "first")}
    # An interval that is set keeps refreshing an index that nobody has searched for a while.
    settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "1s"}
    return {
        "settings": settings,
        "mappings": {"dynamic": False, "properties": properties | {"version": {"type": "long"}}},
    }


def document_of(tenant: str, patient_id: str, patient: StoredPatient) -> Document:
    """The document of a stored patient."""
    person = patient.person
    return Document(tenant, patient_id, folded(person.last_name), folded(person.first_name), patient.version)


def indexing(document: Document) -> Action:
    """What brings a document into an index, unless a later one of the patient is there."""
    return deletion(document) | {"op": "index", "source": document._asdict()}


def deletion(document: Document) -> Action:
    """What takes a document out of an index, unless a later one of the patient is there."""
    return {"op": "delete", "id": document.id, "routing": document.id, "version": document.version}


def find(tenant: str, names: NamePrefix, skip: int, count: int) -> tuple[int, list[str]]:
    """How many patients have such names, and the ids of up to `count` after the first `skip`, by last and first name.

    `skip` and `count` together are up to 10,000, which is as deep as OpenSearch goes. Raises Unavailable.
    """
    prefixes = {"last": folded(names.last), "first": folded(names.first)}
    fitting = [{"prefix": {name: {"value": prefix}}} for name, prefix in prefixes.items() if prefix]
    body = {
        "query": {"bool": {"filter": [{"term": {"tenant": tenant}}, *fitting]}},
        "sort": [{"last": "asc"}, {"first": "asc"}, {"id": "asc"}],
        "from": skip,
        "size": count,
        "track_total_hits": True,
        "_source": False,
    }
    # All of a tenant's go to the same copy of a shard: pages fit one another.
    found = search(ALIAS, body, preference=f"tenant-{tenant}")["hits"]
    return found["total"]["value"], [hit["_id"] for hit in found["hits"]]


def read_documents(alias: str, keys: Collection[PatientKey]) -> dict[PatientKey, Document]:
    """The documents of these patients that an index has, as they are now, before any refresh. Raises Unavailable."""
    if not keys:
        return {}
    with searching() as client:
        answer = client.mget({"ids": [patient_id for _, patient_id in keys]}, index=alias)
    documents = [Document(**found["_source"]) for found in answer["docs"] if found.get("found")]
    return {document.key: document for document in documents}


def indexed_page(alias: str, tenant: str | None, after: Json, count: int) -> tuple[list[PatientKey], Json]:
    """Up to `count` patients of one tenant, or of all (None), that are searchable, in a fixed order.

    And what to give as `after` for the next; None after the last. Raises Unavailable.
    """
    filters = [{"term": {"tenant": tenant}}] if tenant else []
    body = {"query": {"bool": {"filter": filters}}, "sort": [{"id": "asc"}], "size": count, "_source": ["tenant"]}
    page = hits(alias, body | ({"search_after": after} if after else {}))
    keys = [(hit["_source"]["tenant"], hit["_id"]) for hit in page]
    return keys, page[-1]["sort"] if len(page) == count else None

"""The index of patients against the table: what differs is found, and a new index is filled from the table."""

import time

from intake.registry.search_index import Document, indexed_page, indexing
from payerworks.opensearch import bulk
from search.indexes.drift import Finding
from search.jobs.index_kinds import INDEX_KINDS
from search.patients import backfill as patient_backfill
from search.patients import drift as patient_drift
from search.patients.sync import TARGETS, sync_patients
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.search.registry import store


def test_what_is_missing_stale_or_orphaned_is_found_from_either_side(opensearch: FakeOpenSearch) -> None:
    right, stale, missing = (store(mrn) for mrn in "123")
    foreign = ("acme", "foreign")
    sync_patients([right, stale])
    store("2", "Moss")
    [alias] = TARGETS.write_targets()
    bulk(alias, [indexing(Document(*foreign, "a", "b", 1)), indexing(Document("other", "x", "a", "b", 1))])
    suspects, seen, following = patient_drift.compare_table_page("acme", None)
    assert (sorted(suspects), seen, following) == (sorted([stale, missing]), 3, None)
    assert patient_drift.compare_index_page("acme", None) == ([foreign], 3, None)
    assert sorted(patient_drift.compare_index_page(None, None)[0]) == [foreign, ("other", "x")]
    assert patient_drift.recheck([right, stale, missing, foreign]) == [
        Finding("stale", stale),
        Finding("missing", missing),
        Finding("orphaned", foreign),
    ]


def test_a_repair_names_the_patients_of_one_tenant_a_thousand_at_a_time() -> None:
    keys = [("acme", str(number)) for number in range(1500)] + [("other", "1")]
    repairs = INDEX_KINDS["patients"].repair_messages(keys, "request")
    assert [message["tenant"] for message in repairs] == ["acme", "acme", "other"]
    assert [len(message["patients"]) for message in repairs] == [1000, 500, 1]  # type: ignore[arg-type]


def test_an_index_is_filled_with_the_patients_of_all_tenants_and_later_states_stay(opensearch: FakeOpenSearch) -> None:
    keys = {store("1"), store("2"), store("1", tenant="other")}
    [alias] = TARGETS.write_targets()
    _, later = max(keys)
    bulk(alias, [indexing(Document("other", later, "later", "state", 9))])
    filled = patient_backfill.fill(alias, None, time.monotonic() + 60, verify=False)
    assert filled == (None, 3, 3, [])
    documents = opensearch.documents["patients-000001"].values()
    assert {(document["tenant"], document["id"]) for document in documents} == keys
    assert [document["last"] for document in documents if document["version"] == 9] == ["later"]


def test_the_pages_of_the_index_go_on_where_the_last_one_ended(opensearch: FakeOpenSearch) -> None:
    [alias] = TARGETS.write_targets()
    bulk(alias, [indexing(Document("acme", name, "a", "b", 1)) for name in ("p-3", "p-1", "p-2")])
    first, after = indexed_page(alias, "acme", None, 2)
    second, end = indexed_page(alias, "acme", after, 2)
    assert (first, second, end) == ([("acme", "p-1"), ("acme", "p-2")], [("acme", "p-3")], None)

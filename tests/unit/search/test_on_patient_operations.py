import copy
import json
from typing import Any

from intake.registry.search_index import Document, deletion, indexing
from payerworks.opensearch import bulk
from search import on_patient_operations
from search.patients.sync import TARGETS
from tests.unit.conftest import ROOT
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.search.registry import store

EVENT: dict[str, Any] = json.loads((ROOT / "events/search/on_patient_operations.json").read_text())


def delivered(*ids: str, **members: str) -> int:
    """How many messages fail, of one that names patients."""
    event = copy.deepcopy(EVENT)
    body = {"tenant": "acme", "patients": ids} | members
    event["Records"][0]["body"] = json.dumps(body)
    return len(on_patient_operations.handler(event, None)["batchItemFailures"])


def test_a_patient_is_indexed_by_folded_names_and_nothing_else_of_a_person(opensearch: FakeOpenSearch) -> None:
    _, ada = store("1", "STRASSE")
    assert delivered(ada) == 0
    document = {"tenant": "acme", "id": ada, "last": "strasse", "first": "ada", "version": 1}
    assert opensearch.documents == {"patients-000001": {ada: document}}
    assert opensearch.aliases == {"patients": "patients-000001", "patients-write-000001": "patients-000001"}


def test_messages_that_come_late_or_twice_do_no_harm(opensearch: FakeOpenSearch) -> None:
    key = store("1", "Field")
    assert delivered(key[1]) == 0
    late = Document(**opensearch.documents["patients-000001"][key[1]])
    store("1", "Moss")
    assert delivered(key[1], at="2026-11-21T10:15:00.123+00:00") == delivered(key[1]) == 0
    [alias] = TARGETS.write_targets()
    assert bulk(alias, [indexing(late), deletion(late)]).newer == {key[1]}
    found = opensearch.documents["patients-000001"][key[1]]
    assert (found["last"], found["version"]) == ("moss", 2)


def test_what_the_table_does_not_have_is_taken_out(opensearch: FakeOpenSearch) -> None:
    _, ada = store("1")
    assert delivered(ada) == 0
    [alias] = TARGETS.write_targets()
    bulk(alias, [indexing(Document("acme", "none", "a", "b", 7))])
    assert delivered(ada, "none", "never indexed") == 0
    assert list(opensearch.documents["patients-000001"]) == [ada]


def test_while_search_is_down_the_message_stays(opensearch: FakeOpenSearch) -> None:
    _, ada = store("1")
    opensearch.down = True
    assert delivered(ada) == 1
    opensearch.down = False
    assert delivered(ada) == 0
    assert ada in opensearch.documents["patients-000001"]

"""A search without an index: nothing is found only if no change waits to be indexed."""

import json
from typing import Any

import pytest

from intake import list_registry_patients
from payerworks.aws import client
from payerworks.settings import settings
from plans import find_indexed_objects, get_indexed_plan
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch

SEARCHES: dict[str, tuple[Any, str, dict[str, str], int]] = {
    "get_indexed_plan": (get_indexed_plan.handler, "search_index", {}, 404),
    "find_indexed_objects": (find_indexed_objects.handler, "search_index", {"id": "share-1"}, 404),
    "list_registry_patients": (list_registry_patients.handler, "patient_index", {"last_name": "field"}, 200),
}
"""Operations that search (search_plans has its own test): handler, queue, query, and answer if nothing is found."""


def searched(call: Call, name: str) -> dict[str, Any]:
    handler, _, query, _ = SEARCHES[name]
    return call(handler, f"{'plans' if 'patient' not in name else 'intake'}/{name}", query=query)


@pytest.mark.parametrize("name", SEARCHES)
def test_without_an_index_a_waiting_change_makes_a_search_503(
    call: Call, opensearch: FakeOpenSearch, name: str
) -> None:
    queue = settings().queues[SEARCHES[name][1]]
    client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({}))
    answer = searched(call, name)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    # In work, it waits too.
    [message] = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert searched(call, name)["statusCode"] == 503
    client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert searched(call, name)["statusCode"] == SEARCHES[name][3]


@pytest.mark.parametrize("name", SEARCHES)
def test_with_an_index_no_queue_is_asked(
    call: Call, opensearch: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    index = SEARCHES[name][1].replace("search_index", "plans").replace("patient_index", "patients")
    opensearch.create(f"{index}-000001", {"aliases": {index: {}}}, {})
    client("sqs").send_message(QueueUrl=settings().queues[SEARCHES[name][1]], MessageBody="{}")
    monkeypatch.setattr("payerworks.search_index.waiting_messages", lambda _: pytest.fail("asked a queue"))
    assert searched(call, name)["statusCode"] == SEARCHES[name][3]

import json
from collections.abc import Callable

from payerworks.aws import client
from payerworks.settings import settings
from search import get_drift_check, start_drift_check
from tests.unit.conftest import Call, api_event

SEARCH = {"OPENSEARCH_ENDPOINT": "http://127.0.0.1:2"}


def queued() -> list[dict[str, object]]:
    """The messages of the jobs' queue."""
    found = client("sqs").receive_message(QueueUrl=settings().queues["search_jobs"], MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_a_check_is_stored_and_its_first_slice_queued(call: Call, environment: Callable[..., None]) -> None:
    environment(**SEARCH)
    answer = call(start_drift_check.handler, "search/start_drift_check")
    assert answer["statusCode"] == 202
    job = answer["json"]
    assert (job["status"], job["repair"], job["checked"], job["finishedAt"]) == ("running", False, 0, None)
    assert job["missing"] == {"count": 0, "ids": []}
    (message,) = queued()
    request = api_event("search/start_drift_check")["requestContext"]["requestId"]
    names = {"job": "drift", "index": "plans", "tenant": "acme", "id": job["id"], "slice": 0, "requestId": request}
    assert message == names


def test_a_new_check_takes_the_place_of_one_that_runs(call: Call, environment: Callable[..., None]) -> None:
    environment(**SEARCH)
    call(start_drift_check.handler, "search/start_drift_check")
    second = call(start_drift_check.handler, "search/start_drift_check", query={"repair": "true"})["json"]
    assert second["repair"] is True
    assert call(get_drift_check.handler, "search/get_drift_check")["json"]["id"] == second["id"]


def test_a_check_of_patients_leaves_that_of_plans_alone(call: Call, environment: Callable[..., None]) -> None:
    environment(**SEARCH)
    plans = call(start_drift_check.handler, "search/start_drift_check")["json"]
    patients = call(start_drift_check.handler, "search/start_drift_check", query={"index": "patients"})["json"]
    assert {message["index"] for message in queued()} == {"plans", "patients"}
    for job, query in ((plans, {}), (patients, {"index": "patients"})):
        assert call(get_drift_check.handler, "search/get_drift_check", query=query)["json"] == job


def test_a_check_needs_search_and_a_query_that_is_known(call: Call, environment: Callable[..., None]) -> None:
    answer = call(start_drift_check.handler, "search/start_drift_check")
    assert (answer["statusCode"], answer["json"]["title"]) == (400, "Not supported")
    assert "has no search engine" in answer["json"]["detail"]
    environment(**SEARCH)
    assert call(start_drift_check.handler, "search/start_drift_check", query={"repair": "maybe"})["statusCode"] == 400
    assert call(start_drift_check.handler, "search/start_drift_check", query={"fix": "true"})["statusCode"] == 400
    assert queued() == []

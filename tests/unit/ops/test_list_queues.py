from ops import list_queues
from payerworks.aws import client
from tests.unit.conftest import Call
from tests.unit.ops.conftest import Put, url_of


def test_every_queue_is_listed_with_its_counts(call: Call, put: Put) -> None:
    put("ClaimTotals", {"claimId": "1"}, {"claimId": "2"}, {"claimId": "3"})
    client("sqs").receive_message(QueueUrl=url_of("ClaimTotals"), MaxNumberOfMessages=1, VisibilityTimeout=60)
    put("ClaimTotalsDeadLetters", {"claimId": "4"})
    answer = call(list_queues.handler, "ops/list_queues")
    assert (answer["statusCode"], answer["json"]["nextCursor"]) == (200, None)
    found = {item["name"]: item for item in answer["json"]["items"]}
    assert list(found) == sorted(found)
    assert {"claim-totals", "intake-chunks", "intake-uploads", "search-index", "search-jobs"} <= found.keys()
    expected = {"waiting": 2, "inFlight": 1, "delayed": 0, "dead": 1, "advice": None}
    assert found["claim-totals"] == {"name": "claim-totals"} | expected
    assert found["search-jobs"]["dead"] == 0


def test_dead_letters_of_a_stream_say_what_to_do(call: Call, put: Put) -> None:
    put("PlanChangesDeadLetters", {"requestContext": {}})
    items = call(list_queues.handler, "ops/list_queues")["json"]["items"]
    found = next(item for item in items if item["name"] == "plan-changes")
    assert (found["waiting"], found["dead"]) == (None, 1)
    assert "payerworks search drift --repair" in found["advice"]


def test_a_hidden_message_still_counts_as_dead(call: Call, put: Put) -> None:
    put("SearchJobsDeadLetters", {"job": "drift"})
    client("sqs").receive_message(QueueUrl=url_of("SearchJobsDeadLetters"), VisibilityTimeout=60)
    items = call(list_queues.handler, "ops/list_queues")["json"]["items"]
    assert [item["dead"] for item in items if item["name"] == "search-jobs"] == [1]

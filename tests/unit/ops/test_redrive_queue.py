import json
from typing import NoReturn

import pytest

from ops import redrive_queue
from payerworks.aws import client
from tests.unit.conftest import Call
from tests.unit.ops.conftest import Bodies, Put, url_of

QUEUE, DEAD = "ClaimTotals", "ClaimTotalsDeadLetters"


def test_dead_messages_go_back_to_their_queue_as_they_were(call: Call, put: Put, bodies: Bodies) -> None:
    put(DEAD, '{"claimId":  "1"}', "no JSON {")
    answer = call(redrive_queue.handler, "ops/redrive_queue")
    assert answer["json"] == {"name": "claim-totals", "moved": 2, "left": 0}
    assert sorted(bodies(QUEUE)) == ["no JSON {", '{"claimId":  "1"}']
    assert bodies(DEAD) == []


def test_attributes_of_a_message_go_with_it(call: Call, put: Put) -> None:
    put(DEAD, {"claimId": "1"}, RULE="arn:rule")
    call(redrive_queue.handler, "ops/redrive_queue")
    received = client("sqs").receive_message(QueueUrl=url_of(QUEUE), MessageAttributeNames=["All"])
    assert received["Messages"][0]["MessageAttributes"]["RULE"]["StringValue"] == "arn:rule"


def test_a_call_moves_no_more_than_its_limit_and_reports_what_is_left(call: Call, put: Put, bodies: Bodies) -> None:
    put(DEAD, *range(13))
    limited = call(redrive_queue.handler, "ops/redrive_queue", query={"limit": "11"})
    assert limited["json"] == {"name": "claim-totals", "moved": 11, "left": 2}
    assert call(redrive_queue.handler, "ops/redrive_queue")["json"]["moved"] == 2
    assert sorted(map(int, bodies(QUEUE))) == list(range(13))


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_a_limit_out_of_range_is_400(call: Call, limit: str) -> None:
    assert call(redrive_queue.handler, "ops/redrive_queue", query={"limit": limit})["statusCode"] == 400


def test_a_queue_without_dead_messages_is_left_alone(call: Call, put: Put, bodies: Bodies) -> None:
    put(QUEUE, {"claimId": "1"})
    assert call(redrive_queue.handler, "ops/redrive_queue")["json"]["moved"] == 0
    assert len(bodies(QUEUE)) == 1


@pytest.mark.parametrize(("call_that_fails", "copies"), [("SendMessage", 0), ("DeleteMessage", 1)])
def test_a_call_that_crashes_in_between_loses_no_message(
    call: Call, put: Put, bodies: Bodies, call_that_fails: str, copies: int
) -> None:
    put(DEAD, {"claimId": "1"})
    events, event = client("sqs").meta.events, f"before-call.sqs.{call_that_fails}"

    def die(**_: object) -> NoReturn:
        raise ConnectionError("the function died")

    events.register(event, die)
    try:
        with pytest.raises(ConnectionError):
            call(redrive_queue.handler, "ops/redrive_queue")
    finally:
        events.unregister(event, die)
    assert len(bodies(QUEUE)) == copies
    counted = client("sqs").get_queue_attributes(QueueUrl=url_of(DEAD), AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_repeat_with_its_key_moves_nothing_more(call: Call, put: Put, bodies: Bodies) -> None:
    put(DEAD, {"claimId": "1"})
    headers = {"Idempotency-Key": "k-1"}
    first = call(redrive_queue.handler, "ops/redrive_queue", headers=headers)
    put(DEAD, {"claimId": "2"})
    assert call(redrive_queue.handler, "ops/redrive_queue", headers=headers)["json"] == first["json"]
    assert len(bodies(QUEUE)) == 1
    other = call(redrive_queue.handler, "ops/redrive_queue", headers=headers, path={"name": "search-jobs"})
    assert other["statusCode"] == 422


def test_failed_calls_of_a_stream_cannot_be_sent_again_and_it_says_what_to_do(call: Call, put: Put) -> None:
    put("ClaimChangesDeadLetters", {"requestContext": {}})
    answer = call(redrive_queue.handler, "ops/redrive_queue", path={"name": "claim-changes"})
    assert answer["statusCode"] == 409
    assert "payerworks claims recount" in answer["json"]["detail"]


def test_an_unknown_queue_is_404(call: Call) -> None:
    assert call(redrive_queue.handler, "ops/redrive_queue", path={"name": "nothing"})["statusCode"] == 404


def test_the_log_says_who_redrove_what(call: Call, put: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put(DEAD, {"claimId": "secret-claim"})
    call(redrive_queue.handler, "ops/redrive_queue", user_id="u-7")
    said = capsys.readouterr().out
    line = json.loads(said.splitlines()[-1])
    assert line["user_id"] == "u-7"
    assert line["redriven"] == {"name": "claim-totals", "moved": 1, "left": 0}
    assert "secret-claim" not in said

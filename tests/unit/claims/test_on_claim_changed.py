"""From the table's stream to the topic."""

import json
from typing import Any

import jsonschema
import pytest
import yaml

from claims import on_claim_changed
from payerworks.settings import settings
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import ROOT, Call

DOCUMENT = yaml.safe_load((ROOT / "docs/claim-operations.yaml").read_text())
MESSAGE = jsonschema.Draft7Validator(DOCUMENT["components"]["schemas"]["claimOperation"])


def test_an_accrual_is_not_published(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    messages = feed.published()
    assert messages == [
        {
            "eventId": f"acme#{claim_id}#1",
            "tenant": "acme",
            "operation": "created",
            "status": "received",
            "claimId": claim_id,
            "providerNpi": NPIS[0],
            "version": 1,
            "requestId": messages[0]["requestId"],
        }
    ]
    MESSAGE.validate(messages[0])
    count(*messages)
    assert feed.published() == messages
    assert len(feed.records()) > 1


def test_a_batch_that_cannot_be_published_raises(call: Call, feed: Feed, environment: Any) -> None:
    post(call, (NPIS[0], 10))
    records = feed.records()
    environment(CLAIM_OPERATIONS_TOPIC_ARN="arn:aws:sns:us-east-1:123456789012:none")
    with pytest.raises(Exception, match=r"NotFound|exist"):
        on_claim_changed.handler({"Records": records}, None)


def test_a_batch_is_one_message_for_the_totals_with_the_ids_of_its_calls(
    call: Call, feed: Feed, aws: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[1], 5), headers={"X-Request-Id": "r-1"})
    ids += post(call, (NPIS[1], 20), headers={"X-Request-Id": "r-2"})
    on_claim_changed.handler({"Records": feed.records()}, None)
    sqs = aws.create_client("sqs")
    [message] = sqs.receive_message(QueueUrl=settings().queues["claim_totals"], MaxNumberOfMessages=10)["Messages"]
    body = json.loads(message["Body"])
    assert sorted(each["claimId"] for each in body["claims"]) == sorted(ids)
    assert all(each == {"tenant": "acme", "claimId": each["claimId"]} for each in body["claims"])
    assert sorted(body["requestIds"]) == ["r-1", "r-2"]
    capsys.readouterr()
    assert count(body) == []
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["message"], sorted(line["request_ids"])) == ("message", ["r-1", "r-2"])
    assert len(totals(call)) == 2


def test_a_batch_that_cannot_be_sent_to_the_totals_raises(call: Call, feed: Feed, environment: Any) -> None:
    post(call, (NPIS[0], 10))
    records = feed.records()
    environment(CLAIM_TOTALS_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/123456789012/none")
    with pytest.raises(Exception, match=r"NonExistent|exist"):
        on_claim_changed.handler({"Records": records}, None)


def test_a_deleted_item_is_not_a_change(call: Call) -> None:
    keys = {"pk": {"S": "acme#1"}, "sk": {"S": "CLAIM"}}
    assert on_claim_changed.claim_operation({"eventName": "REMOVE", "dynamodb": {"Keys": keys}}) is None


def test_claims_and_their_net_fees_are_measured_by_what_became_of_them(
    call: Call, feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = post(call, (NPIS[0], "10.10"), (NPIS[1], 20), (NPIS[1], 5))
    feed.change(first, status="processed")
    feed.change(second, status="payment_review")
    feed.change(third, status="payment_requested")
    capsys.readouterr()
    feed.published()
    line = json.loads(capsys.readouterr().out)
    measured = {name: value for name, value in line.items() if name.startswith(("Claims", "NetFees"))}
    assert measured == {
        "ClaimsReceived": 3,
        "NetFeesReceived": 35.1,
        "ClaimsPaid": 1,
        "NetFeesPaid": 10.1,
        "ClaimsInReview": 1,
        "NetFeesInReview": 20,
    }
    assert {metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == set(measured)

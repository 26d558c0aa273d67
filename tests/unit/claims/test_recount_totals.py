"""Totals rebuilt from their claims."""

import time
from typing import Any

import pytest

from claims import recount_totals
from claims.totals import totals_repository
from claims.totals.provider_totals import ProviderTotal
from payerworks.errors import Unavailable
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount_totals, "SLICE", 3)
    monkeypatch.setattr(time, "sleep", lambda _: None)


def recount(event: dict[str, Any]) -> dict[str, int]:
    """Run all slices, starting with an event; returns the sums of their counts."""
    done = {"providers": 0, "corrected": 0}
    while True:
        answer = recount_totals.handler(event, None)
        done = {name: number + answer[name] for name, number in done.items()}
        if answer["after"] is None:
            return done
        event = answer


def test_correct_totals_stay_unchanged(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[1], 20), (NPIS[0], 5))
    count(*feed.published())
    assert recount({}) == {"providers": 2, "corrected": 0}
    assert totals(call) == [(NPIS[1], "20.00", 1), (NPIS[0], "15.00", 2)]


def test_lost_wrong_and_left_over_totals_are_rebuilt(call: Call, feed: Feed, aws: Any) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[1], 20), (NPIS[0], "5.25"))
    post(call, (NPIS[0], 7), tenant="other")
    count(*feed.published())
    dynamodb = aws.create_client("dynamodb")
    [left] = [item for item in feed.items("TOTAL") if item["pk"]["S"] == f"acme#NPI#{NPIS[0]}"]
    dynamodb.delete_item(TableName="ClaimsTable", Key={"pk": left["pk"], "sk": left["sk"]})
    wrong = {"pk": {"S": f"acme#NPI#{NPIS[1]}"}, "total_rank": {"N": "5"}, "claim_count": {"N": "9"}}
    dynamodb.put_item(TableName="ClaimsTable", Item=left | wrong)
    dynamodb.put_item(TableName="ClaimsTable", Item=left | {"pk": {"S": f"acme#NPI#{NPIS[2]}"}})
    assert recount({}) == {"providers": 4, "corrected": 3}
    assert totals(call) == [(NPIS[1], "20.00", 1), (NPIS[0], "15.25", 2)]
    assert totals(call, tenant="other") == [(NPIS[0], "7.00", 1)]
    feed.change(ids[1], status="void")
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "15.25", 2)]


def test_claims_whose_messages_were_lost_are_accrued(call: Call, feed: Feed) -> None:
    [first, _] = post(call, (NPIS[0], 10), (NPIS[0], 20))
    recount({})
    assert totals(call) == [(NPIS[0], "30.00", 2)]
    feed.change(first, status="void")
    recount({})
    assert totals(call) == [(NPIS[0], "20.00", 1)]
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "20.00", 1)]


def test_nobody_accrues_to_a_held_total_and_a_crashed_run_is_taken_over(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    messages = feed.published()
    provider = ("acme", NPIS[0])
    held = totals_repository.hold_total(provider, "the run that dies")
    assert held is not None
    assert count(*messages) == ["0"]
    recount({})
    assert totals(call) == [(NPIS[0], "10.00", 1)]
    with pytest.raises(Unavailable):
        totals_repository.set_total(provider, ProviderTotal(NPIS[0], 7, 7), held, "the run that dies")
    assert count(*messages) == []
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_repeated_slice_does_nothing(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[1], 10), (NPIS[2], 10))
    first = recount_totals.handler({}, None)
    again = recount_totals.handler({"run": first["run"]}, None)
    assert first["providers"] == 3
    assert again == first | {"providers": 0, "corrected": 0, "after": again["after"]}

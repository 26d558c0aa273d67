from typing import Any

import pytest

from claims import decide_claim_payment, get_claim, get_claim_payment, request_claim_payment, void_claim
from claims.payments import payment_repository
from tests.unit.claims.saga import TRIES, Saga
from tests.unit.conftest import Call

NOTE = "The processor said on the phone that it never got this payment."


def decide(call: Call, claim_id: str, decision: Any = "approve", note: Any = NOTE, **changes: Any) -> dict[str, Any]:
    body = {"decision": decision, "note": note}
    name = "claims/decide_claim_payment"
    return call(decide_claim_payment.handler, name, path={"id": claim_id}, **{"body": body} | changes)


def reviewed(saga: Saga, subscriber: str = "3730189502") -> str:
    """A claim in review after its payment was requested; the processor has paid it, as far as the mark lets it."""
    claim_id = saga.claim(subscriber=subscriber)
    saga.pay(claim_id)
    saga.settlements()
    payment_repository.give_up(saga.payment(claim_id), "a reason")
    return claim_id


@pytest.mark.parametrize("fee", ["100.00", "0.01"])
def test_an_approved_claim_is_requested_for_payment_and_the_note_is_kept(call: Call, saga: Saga, fee: str) -> None:
    claim_id = saga.claim(fee, subscriber="NEVER")
    saga.pay(claim_id, tries=TRIES)
    answer = decide(call, claim_id, note=f"  {NOTE}\n", user_id="u-7")
    assert (answer["statusCode"], answer["json"]["status"]) == (200, "received")
    step = answer["json"]["steps"][-1]
    assert step == {"step": "approved", "at": step["at"], "detail": NOTE, "by": "u-7"}
    read = call(get_claim_payment.handler, "claims/get_claim_payment", path={"id": claim_id})
    assert (read["body"], read["headers"]["ETag"]) == (answer["body"], answer["headers"]["ETag"])
    saga.pay(claim_id)
    assert saga.shown(claim_id) == ("payment_requested", ["requested", "review", "approved", "requested"])


def test_an_approved_claim_that_was_paid_unknown_to_us_is_not_paid_again(call: Call, saga: Saga) -> None:
    claim_id = reviewed(saga)
    decide(call, claim_id)
    assert saga.pay(claim_id) == []
    saga.finish()
    assert saga.shown(claim_id)[0] == "processed"
    assert (saga.held(claim_id), saga.held(claim_id, 2)) == ("paid", None)


def test_an_approved_claim_with_a_negative_net_fee_is_processed_without_a_payment(call: Call, saga: Saga) -> None:
    claim_id = saga.claim("-5")
    answer = decide(call, claim_id)
    assert (answer["statusCode"], answer["json"]["status"]) == (200, "processed")
    assert (answer["json"]["review_reason"], [step["step"] for step in answer["json"]["steps"]]) == (None, ["approved"])
    assert call(get_claim.handler, "claims/get_claim", path={"id": claim_id})["json"]["review_reason"] is None
    assert saga.pay(claim_id) == []
    assert (saga.shown(claim_id), saga.held(claim_id)) == (("processed", ["approved"]), None)


def test_a_refused_claim_fails_and_may_become_void(call: Call, saga: Saga) -> None:
    claim_id = saga.claim("-5")
    answer = decide(call, claim_id, "refuse", user_id="u-7")
    assert (answer["statusCode"], answer["json"]["status"], answer["json"]["review_reason"]) == (200, "failed", None)
    step = answer["json"]["steps"][-1]
    assert step == {"step": "declined", "at": step["at"], "detail": NOTE, "by": "u-7"}
    assert saga.payment(claim_id).overdue_at is None  # no payment was begun: there is nothing to ask the processor
    assert call(void_claim.handler, "claims/void_claim", path={"id": claim_id})["statusCode"] == 200


def test_what_the_processor_has_paid_for_a_refused_claim_is_reversed(call: Call, saga: Saga) -> None:
    claim_id = reviewed(saga)
    decide(call, claim_id, "refuse")
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("failed", ["requested", "review", "declined", "paid", "reversed"])
    assert "sandbox-" in saga.details(claim_id)[3]
    assert (saga.held(claim_id), saga.payment(claim_id).overdue_at) == ("reversed", None)


def test_what_the_processor_has_paid_for_a_refused_claim_that_is_void_is_reversed(call: Call, saga: Saga) -> None:
    claim_id = reviewed(saga)
    decide(call, claim_id, "refuse")
    assert call(void_claim.handler, "claims/void_claim", path={"id": claim_id})["statusCode"] == 200
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("void", ["requested", "review", "declined", "voided", "paid", "reversed"])
    assert (saga.held(claim_id), saga.payment(claim_id).overdue_at) == ("reversed", None)


def test_a_refused_claim_that_the_processor_does_not_know_is_asked_for_once(call: Call, saga: Saga) -> None:
    claim_id = reviewed_unknown(saga)
    decide(call, claim_id, "refuse")
    saga.age(claim_id)
    before = saga.payment(claim_id).claim
    saga.look_for_overdue()
    after = saga.payment(claim_id)
    assert (after.claim, after.overdue_at) == (before, None)


def reviewed_unknown(saga: Saga) -> str:
    claim_id = saga.claim(subscriber="NEVER")
    saga.pay(claim_id, tries=TRIES)
    return claim_id


def test_a_settlement_that_comes_after_a_refusal_is_reversed(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    [settlement] = saga.settlements()
    payment_repository.give_up(saga.payment(claim_id), "a reason")
    decide(call, claim_id, "refuse")
    assert saga.settle(settlement, settlement) == []
    assert saga.shown(claim_id) == ("failed", ["requested", "review", "declined", "paid", "reversed"])
    assert saga.held(claim_id) == "reversed"


def test_a_refused_claim_may_be_asked_for_again_under_the_same_key(call: Call, saga: Saga) -> None:
    claim_id = reviewed(saga)
    decide(call, claim_id, "refuse")
    asked = call(request_claim_payment.handler, "claims/request_claim_payment", path={"id": claim_id})
    assert asked["statusCode"] == 202
    assert saga.pay(claim_id) == []
    saga.finish()
    assert saga.shown(claim_id)[0] == "processed"
    assert (saga.held(claim_id), saga.held(claim_id, 2)) == ("paid", None)


def test_a_claim_that_is_not_in_review_is_409(call: Call, saga: Saga) -> None:
    received, requested, processed, failed = saga.claim(), saga.claim(), saga.claim("0"), reviewed(saga)
    saga.pay(requested)
    decide(call, failed, "refuse")
    states = {received: "received", requested: "payment_requested", processed: "processed", failed: "failed"}
    for claim_id, state in states.items():
        before = saga.payment(claim_id)
        answer = decide(call, claim_id)
        assert (answer["statusCode"], saga.payment(claim_id)) == (409, before)
        assert state in answer["json"]["detail"]


@pytest.mark.parametrize(
    ("members", "pointers"),
    [
        ({}, ["/decision", "/note"]),
        ({"decision": "perhaps", "note": NOTE}, ["/decision"]),
        ({"decision": "approve", "note": ""}, ["/note"]),
        ({"decision": "approve", "note": " \n "}, ["/note"]),
        ({"decision": "approve", "note": "x" * 1001}, ["/note"]),
        ({"decision": "approve", "note": "a\u0000b"}, ["/note"]),
        ({"decision": "approve", "note": 7}, ["/note"]),
        ({"decision": "approve", "note": None, "why": NOTE}, ["/note", "/why"]),
        ([], [""]),
    ],
)
def test_a_body_that_is_no_decision_is_400_and_the_review_stays(
    call: Call, saga: Saga, members: Any, pointers: list[str]
) -> None:
    claim_id = saga.claim("-5")
    answer = decide(call, claim_id, body=members)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == pointers
    assert saga.shown(claim_id) == ("payment_review", [])


@pytest.mark.parametrize("note", ["x" * 1000, "é", "first line\nsecond\tline"])
def test_a_note_of_1_to_1000_characters_is_kept_as_it_is(call: Call, saga: Saga, note: str) -> None:
    answer = decide(call, saga.claim("-5"), note=note)
    assert answer["json"]["steps"][0]["detail"] == note


def test_another_media_type_is_415(call: Call, saga: Saga) -> None:
    assert decide(call, saga.claim("-5"), headers={"Content-Type": "text/plain"})["statusCode"] == 415


def test_another_etag_is_412_and_the_review_stays(call: Call, saga: Saga) -> None:
    claim_id = saga.claim("-5")
    assert decide(call, claim_id, headers={"If-Match": '"7"'})["statusCode"] == 412
    assert saga.shown(claim_id) == ("payment_review", [])
    assert decide(call, claim_id, headers={"If-Match": '"1"'})["statusCode"] == 200


def test_a_repeat_with_the_same_key_decides_once(call: Call, saga: Saga) -> None:
    claim_id, other = saga.claim("-5"), saga.claim("-5")
    key = {"Idempotency-Key": "k"}
    first, again = (decide(call, claim_id, headers=key) for _ in range(2))
    assert (again["statusCode"], again["body"]) == (200, first["body"])
    assert decide(call, claim_id, note="another", headers=key)["statusCode"] == 422
    assert decide(call, other, headers=key)["statusCode"] == 422
    assert saga.shown(claim_id) == ("processed", ["approved"])


def test_a_client_may_prefer_no_body(call: Call, saga: Saga) -> None:
    answer = decide(call, saga.claim("-5"), headers={"Prefer": "return=minimal"})
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (204, "", '"2"')


@pytest.mark.parametrize("claim_id", ["0" * 32, "x" * 3000])
def test_an_unknown_claim_is_404(call: Call, claim_id: str) -> None:
    assert decide(call, claim_id)["statusCode"] == 404


def test_another_tenants_claim_is_404(call: Call, saga: Saga) -> None:
    claim_id = saga.claim("-5")
    assert decide(call, claim_id, tenant="other")["statusCode"] == 404
    assert saga.shown(claim_id) == ("payment_review", [])

"""A move of a claim that another move overtakes is judged again by the state that the other left."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims import decide_claim_payment, request_claim_payment, void_claim
from payerworks.aws import client
from tests.unit.claims.saga import Saga
from tests.unit.conftest import Call

Overtake = Callable[[Callable[[], object]], None]


@pytest.fixture
def overtake(aws: object) -> Iterator[Overtake]:
    """Before the next UpdateItem, do something else, once."""
    left: list[Callable[[], object]] = []

    def meanwhile(**_: object) -> None:
        if left:
            left.pop()()

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.UpdateItem", meanwhile)
    yield left.append
    events.unregister("before-call.dynamodb.UpdateItem", meanwhile)


def void(call: Call, claim_id: str, **changes: Any) -> dict[str, Any]:
    return call(void_claim.handler, "claims/void_claim", path={"id": claim_id}, **changes)


def decide(call: Call, claim_id: str, decision: str) -> dict[str, Any]:
    body = {"decision": decision, "note": "a note"}
    return call(decide_claim_payment.handler, "claims/decide_claim_payment", path={"id": claim_id}, body=body)


def ask(call: Call, claim_id: str) -> dict[str, Any]:
    return call(request_claim_payment.handler, "claims/request_claim_payment", path={"id": claim_id})


def test_a_claim_whose_payment_is_requested_meanwhile_is_not_made_void(
    call: Call, saga: Saga, overtake: Overtake
) -> None:
    claim_id = saga.claim()
    overtake(lambda: saga.pay(claim_id))
    answer = void(call, claim_id)
    assert (answer["statusCode"], "payment_requested" in answer["json"]["detail"]) == (409, True)
    saga.finish()
    assert (saga.shown(claim_id)[0], saga.held(claim_id)) == ("processed", "paid")


def test_a_claim_that_is_made_void_meanwhile_is_not_paid(call: Call, saga: Saga, overtake: Overtake) -> None:
    claim_id = saga.claim()
    overtake(lambda: void(call, claim_id))
    assert saga.pay(claim_id) == []
    assert saga.settlements() == []
    assert (saga.shown(claim_id)[0], saga.held(claim_id)) == ("void", None)


def test_two_that_make_a_claim_void_have_both_done_it(call: Call, saga: Saga, overtake: Overtake) -> None:
    claim_id = saga.claim()
    other: list[dict[str, Any]] = []
    overtake(lambda: other.append(void(call, claim_id)))
    answer = void(call, claim_id)
    assert (answer["statusCode"], answer["body"]) == (200, other[0]["body"])
    assert answer["headers"]["ETag"] == other[0]["headers"]["ETag"]


@pytest.mark.parametrize(("first", "second"), [("approve", "refuse"), ("refuse", "approve")])
def test_of_two_decisions_the_first_counts(call: Call, saga: Saga, overtake: Overtake, first: str, second: str) -> None:
    claim_id = saga.claim("-5")
    overtake(lambda: decide(call, claim_id, first))
    answer = decide(call, claim_id, second)
    status = {"approve": "processed", "refuse": "failed"}[first]
    assert (answer["statusCode"], status in answer["json"]["detail"]) == (409, True)
    assert saga.shown(claim_id)[0] == status


def test_a_claim_that_is_made_void_meanwhile_is_not_asked_for(call: Call, saga: Saga, overtake: Overtake) -> None:
    claim_id = saga.claim()
    overtake(lambda: void(call, claim_id))
    assert ask(call, claim_id)["statusCode"] == 409
    assert saga.shown(claim_id)[0] == "void"

from typing import Any

import pytest

from claims import get_claim, void_claim
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.saga import TRIES, Saga, failing
from tests.unit.claims.totals import totals
from tests.unit.conftest import NEARLY_OVER, Call


def void(call: Call, claim_id: str, **headers: str) -> dict[str, Any]:
    return call(void_claim.handler, "claims/void_claim", path={"id": claim_id}, headers=headers)


def test_a_received_claim_becomes_void_and_leaves_the_total(call: Call, saga: Saga, feed: Feed) -> None:
    claim_id = saga.claim()
    count(*feed.published())
    assert totals(call)[0][1:] == ("100.00", 1)
    answer = void(call, claim_id)
    assert (answer["statusCode"], answer["json"]["status"]) == (200, "void")
    read = call(get_claim.handler, "claims/get_claim", path={"id": claim_id})
    assert (read["body"], read["headers"]["ETag"]) == (answer["body"], answer["headers"]["ETag"])
    [voided] = [message for message in feed.published() if message["operation"] == "voided"]
    count(voided)
    assert totals(call) == []


def test_a_void_claim_is_never_paid(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    void(call, claim_id)
    assert saga.pay(claim_id) == []
    assert (saga.shown(claim_id), saga.held(claim_id)) == (("void", ["voided"]), None)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("void", ["voided"])


def test_a_claim_whose_payment_was_begun_is_not_made_void(call: Call, saga: Saga) -> None:
    claim_id, reviewed = saga.claim(), saga.claim(subscriber="NEVER")
    saga.pay(claim_id)
    saga.pay(reviewed, tries=TRIES)
    for claim, state in ((claim_id, "payment_requested"), (reviewed, "payment_review")):
        answer = void(call, claim)
        assert (answer["statusCode"], saga.shown(claim)[0]) == (409, state)
        assert state in answer["json"]["detail"]
    saga.finish()
    assert void(call, claim_id)["statusCode"] == 409
    assert saga.shown(claim_id)[0] == "processed"


@pytest.mark.parametrize("fee", ["0", "-5"])
def test_a_claim_with_nothing_to_pay_becomes_void(call: Call, saga: Saga, fee: str) -> None:
    claim_id = saga.claim(fee)
    assert void(call, claim_id)["json"]["status"] == "void"
    assert saga.shown(claim_id) == ("void", ["voided"])


def test_a_claim_that_could_not_be_paid_becomes_void(call: Call, saga: Saga) -> None:
    claim_id = saga.claim(subscriber="REFUSE")
    saga.pay(claim_id)
    saga.finish()
    assert void(call, claim_id)["json"]["status"] == "void"
    assert saga.shown(claim_id) == ("void", ["requested", "refused", "voided"])


def test_a_payment_that_appears_after_the_void_is_reversed(call: Call, saga: Saga) -> None:
    claim_id = saga.claim(subscriber="REFUSE-PAID")
    saga.pay(claim_id)
    refused, paid = saga.settlements()
    saga.settle(refused)
    void(call, claim_id)
    assert saga.settle(paid, paid) == []
    assert saga.shown(claim_id) == ("void", ["requested", "refused", "voided", "paid", "reversed"])
    assert saga.held(claim_id) == "reversed"


def test_a_claim_is_not_made_void_while_its_payment_is_being_reversed(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    payment_repository.begin_reversal(saga.payment(claim_id), SagaStep("paid", "2026-01-01", "a reference"))
    answer = void(call, claim_id)
    assert (answer["statusCode"], "reversed" in answer["json"]["detail"]) == (409, True)
    saga.age(claim_id)
    saga.look_for_overdue()
    assert void(call, claim_id)["statusCode"] == 200


def test_a_claim_that_is_void_already_stays_unchanged(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    first = void(call, claim_id)
    again = void(call, claim_id)
    assert (again["statusCode"], again["body"], again["headers"]) == (200, first["body"], first["headers"])


def test_a_claim_that_is_moved_meanwhile_is_checked_again(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    read = saga.payment(claim_id)
    saga.pay(claim_id)
    with pytest.raises(payment_repository.NotMoved) as raced:
        payment_repository.void(read, SagaStep("voided", "2026-01-01", "a detail"))
    assert raced.value.payment.claim.status == "payment_requested"


def test_another_etag_is_412_and_the_claim_stays(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    assert void(call, claim_id, **{"If-Match": '"7"'})["statusCode"] == 412
    assert saga.shown(claim_id)[0] == "received"
    assert void(call, claim_id, **{"If-Match": '"1"'})["statusCode"] == 200


def test_a_repeat_with_the_same_key_gets_the_first_answer_and_the_key_is_for_one_claim(call: Call, saga: Saga) -> None:
    claim_id, other = saga.claim(), saga.claim()
    first = void(call, claim_id, **{"Idempotency-Key": "k", "If-Match": '"1"'})
    again = void(call, claim_id, **{"Idempotency-Key": "k", "If-Match": '"1"'})
    assert (again["statusCode"], again["body"]) == (200, first["body"])
    assert void(call, other, **{"Idempotency-Key": "k"})["statusCode"] == 422


def test_a_client_may_prefer_no_body(call: Call, saga: Saga) -> None:
    answer = void(call, saga.claim(), Prefer="return=minimal")
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (204, "", '"2"')


@pytest.mark.parametrize("claim_id", ["0" * 32, "x" * 3000, "NPI#1497775530"])
def test_an_unknown_claim_is_404(call: Call, claim_id: str) -> None:
    assert void(call, claim_id)["statusCode"] == 404


def test_another_tenants_claim_is_404(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    answer = call(void_claim.handler, "claims/void_claim", path={"id": claim_id}, tenant="other")
    assert (answer["statusCode"], saga.shown(claim_id)[0]) == (404, "received")


def test_a_claim_that_others_keep_changing_is_503(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    with failing("dynamodb", "UpdateItem", holding="CLAIM", code="TransactionConflictException"):
        answer = call(void_claim.handler, "claims/void_claim", path={"id": claim_id}, context=NEARLY_OVER)
        assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")


def test_if_none_match_that_names_the_claim_is_412_and_the_claim_stays(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    for header in ("*", '"1"', 'W/"1"'):
        assert void(call, claim_id, **{"If-None-Match": header})["statusCode"] == 412
    assert saga.shown(claim_id)[0] == "received"
    assert void(call, claim_id, **{"If-None-Match": '"7"'})["statusCode"] == 200

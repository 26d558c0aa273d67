from typing import Any

import pytest

from claims import get_claim_payment, request_claim_payment, void_claim
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from tests.unit.claims.conftest import Feed
from tests.unit.claims.saga import TRIES, Killed, Message, Saga, dying_before, failing
from tests.unit.conftest import NEARLY_OVER, Call


def ask(call: Call, claim_id: str, **changes: Any) -> dict[str, Any]:
    return call(request_claim_payment.handler, "claims/request_claim_payment", path={"id": claim_id}, **changes)


def due(feed: Feed, claim_id: str) -> int:
    """How many messages of a claim the queue of payments gets."""
    return sum(message["claimId"] == claim_id and message["status"] == "received" for message in feed.published())


def paid_attempts(saga: Saga, claim_id: str) -> list[int]:
    return [attempt for attempt in range(1, 6) if saga.held(claim_id, attempt) == "paid"]


def refused(saga: Saga, mark: str = "REFUSE") -> tuple[str, list[Message]]:
    """A claim that the processor has refused, and the settlements that are still to come."""
    claim_id = saga.claim(subscriber=mark)
    saga.pay(claim_id)
    first, *others = saga.settlements()
    saga.settle(first)
    assert saga.shown(claim_id) == ("failed", ["requested", "refused"])
    return claim_id, others


@pytest.mark.parametrize("fee", ["100.00", "0.01"])
def test_a_claim_in_review_that_was_never_paid_is_paid_under_the_same_key(
    call: Call, saga: Saga, feed: Feed, fee: str
) -> None:
    claim_id = saga.claim(fee, subscriber="TIMEOUT")
    with failing("dynamodb", "PutItem"):
        saga.pay(claim_id, tries=TRIES)
    assert saga.shown(claim_id)[0] == "payment_review"
    before = due(feed, claim_id)
    answer = ask(call, claim_id, user_id="u-7")
    assert (answer["statusCode"], answer["json"]["status"]) == (202, "received")
    assert answer["json"]["review_reason"] is None
    assert answer["json"]["steps"][-1].items() >= {"step": "asked", "by": "u-7"}.items()
    read = call(get_claim_payment.handler, "claims/get_claim_payment", path={"id": claim_id})
    assert (read["body"], read["headers"]["ETag"]) == (answer["body"], answer["headers"]["ETag"])
    assert due(feed, claim_id) == before + 1
    assert [saga.pay(claim_id, tries=tries) for tries in (1, 2)] == [[claim_id], []]
    saga.finish()
    steps = ["requested", "review", "asked", "requested", "paid", "settled"]
    assert saga.shown(claim_id) == ("processed", steps)
    assert paid_attempts(saga, claim_id) == [1]


def test_a_claim_in_review_that_was_paid_unknown_to_us_is_settled_and_not_paid_again(call: Call, saga: Saga) -> None:
    claim_id = saga.claim(subscriber="TIMEOUT-PAID")
    saga.pay(claim_id)
    payment_repository.give_up(saga.payment(claim_id), "a reason")
    assert saga.held(claim_id) == "paid"
    assert ask(call, claim_id)["statusCode"] == 202
    with failing("dynamodb", "PutItem"):  # found, so not paid
        assert saga.pay(claim_id) == []
    saga.finish()
    assert saga.shown(claim_id)[0] == "processed"
    assert paid_attempts(saga, claim_id) == [1]


def test_a_settlement_that_comes_after_the_request_settles_the_claim(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    payment_repository.give_up(saga.payment(claim_id), "a reason")
    ask(call, claim_id)
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "review", "asked", "paid", "settled"])
    assert saga.pay(claim_id) == []
    assert saga.settlements() == []
    assert paid_attempts(saga, claim_id) == [1]


def test_a_failed_claim_is_paid_under_a_new_key(call: Call, saga: Saga, environment: Any) -> None:
    environment(SANDBOX_FAULTS="refuse=1")
    claim_id, _ = refused(saga, "3730189502")
    environment(SANDBOX_FAULTS="")  # the cause is mended
    ask(call, claim_id)
    assert saga.payment(claim_id).attempt == 2
    assert saga.pay(claim_id) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "refused", "asked", "requested", "paid", "settled"])
    assert (saga.held(claim_id), saga.held(claim_id, 2)) == ("refused", "paid")


def test_what_an_earlier_attempt_has_paid_after_all_is_reversed_before_the_next_pays(call: Call, saga: Saga) -> None:
    claim_id, [late] = refused(saga, "REFUSE-PAID")
    ask(call, claim_id)
    with failing("dynamodb", "PutItem"):
        assert saga.pay(claim_id) == [claim_id]
    assert (saga.held(claim_id), saga.held(claim_id, 2)) == ("reversed", None)
    steps = ["requested", "refused", "asked", "requested", "paid", "reversed"]
    assert saga.shown(claim_id) == ("payment_requested", steps)
    assert late["reference"] in saga.details(claim_id)[4]
    assert saga.payment(claim_id).overdue_at is not None
    assert saga.settle(late) == []
    assert saga.shown(claim_id) == ("payment_requested", steps)


def test_an_answer_of_an_earlier_attempt_that_comes_late_is_reversed_and_the_new_attempt_goes_on(
    call: Call, saga: Saga
) -> None:
    claim_id, [late] = refused(saga, "REFUSE-PAID")
    ask(call, claim_id)
    deadline = saga.payment(claim_id).overdue_at
    assert saga.settle(late, late) == []
    assert saga.shown(claim_id) == ("received", ["requested", "refused", "asked", "paid", "reversed"])
    assert saga.payment(claim_id).overdue_at == deadline
    assert saga.pay(claim_id) == []
    _, paid = saga.settlements()
    assert saga.settle(paid, late) == []
    assert saga.shown(claim_id)[0] == "processed"
    assert paid_attempts(saga, claim_id) == [2]


def test_a_reversed_payment_is_paid_under_a_new_key(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    [settlement] = saga.settlements()
    with failing("dynamodb", "UpdateItem", holding="the claim is processed"):
        saga.settle(settlement, tries=TRIES)
    assert saga.shown(claim_id) == ("failed", ["requested", "paid", "reversed"])
    assert ask(call, claim_id)["statusCode"] == 202
    assert saga.pay(claim_id) == []
    saga.finish()
    assert saga.shown(claim_id)[0] == "processed"
    assert paid_attempts(saga, claim_id) == [2]


def test_a_received_claim_whose_message_was_lost_is_requested_again(call: Call, saga: Saga, feed: Feed) -> None:
    claim_id = saga.claim()
    before = due(feed, claim_id)
    assert ask(call, claim_id)["statusCode"] == 202
    assert due(feed, claim_id) == before + 1
    assert saga.pay(claim_id, claim_id) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["asked", "requested", "paid", "settled"])
    assert paid_attempts(saga, claim_id) == [1]


def test_a_claim_that_waits_too_long_after_a_request_is_sent_to_the_queue_again(call: Call, saga: Saga) -> None:
    claim_id, _ = refused(saga)
    ask(call, claim_id)
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("received", ["requested", "refused", "asked"])
    assert saga.due() == [claim_id]


@pytest.mark.parametrize(("fee", "reason"), [("0", "above 0"), ("-5", "A decision ends its review")])
def test_a_claim_with_nothing_to_pay_is_409(call: Call, saga: Saga, fee: str, reason: str) -> None:
    claim_id = saga.claim(fee)
    before = saga.payment(claim_id)
    answer = ask(call, claim_id)
    assert (answer["statusCode"], saga.payment(claim_id)) == (409, before)
    assert reason in answer["json"]["detail"]


def test_a_claim_that_is_being_paid_was_paid_or_is_void_is_409(call: Call, saga: Saga) -> None:
    requested, processed, voided = (saga.claim() for _ in range(3))
    call(void_claim.handler, "claims/void_claim", path={"id": voided})
    saga.pay(processed)
    saga.finish()
    saga.pay(requested)
    for claim_id, word in ((requested, "under way"), (processed, "has been paid"), (voided, "void")):
        before = saga.payment(claim_id)
        answer = ask(call, claim_id)
        assert (answer["statusCode"], saga.payment(claim_id)) == (409, before)
        assert word in answer["json"]["detail"]


def test_a_claim_whose_payment_is_being_reversed_waits(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    payment_repository.begin_reversal(
        saga.payment(claim_id), SagaStep("paid", "2026-01-01T00:00:00.000+00:00", "a reference")
    )
    answer = ask(call, claim_id)
    assert (answer["statusCode"], "reversed" in answer["json"]["detail"]) == (409, True)
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("failed", ["requested", "paid", "reversed"])
    assert ask(call, claim_id)["statusCode"] == 202


def test_a_reversal_of_an_earlier_attempt_that_crashes_anywhere_is_finished(call: Call, saga: Saga) -> None:
    calls = 0
    while _died(call, saga, calls):
        calls += 1
    assert calls >= 5


def _died(call: Call, saga: Saga, number: int) -> bool:
    """Crash the function that pays a second attempt before a call; its message is delivered again."""
    claim_id, _ = refused(saga, "REFUSE-PAID")
    ask(call, claim_id)
    died = False
    try:
        with dying_before(number):
            saga.pay(claim_id)
    except Killed:
        died = True
    tries = 2
    while saga.pay(claim_id, tries=tries):
        tries += 1
        assert tries <= TRIES
    saga.finish()
    status, steps = saga.shown(claim_id)
    assert saga.held(claim_id) == "reversed"
    assert steps[2:6] == ["asked", "requested", "paid", "reversed"]
    assert (saga.held(claim_id, 2) == "paid") == (status == "processed")
    return died


def test_the_processor_is_asked_for_every_earlier_attempt(call: Call, saga: Saga) -> None:
    claim_id, _ = refused(saga)
    for _ in range(2):
        ask(call, claim_id)
        saga.pay(claim_id)
        saga.finish()
    assert [saga.held(claim_id, attempt) for attempt in (1, 2, 3)] == ["refused"] * 3
    ask(call, claim_id)
    with failing("dynamodb", "GetItem", holding=f"{claim_id}#2"):
        assert saga.pay(claim_id) == [claim_id]
    assert saga.held(claim_id, 4) is None
    assert saga.pay(claim_id, tries=2) == []
    assert saga.held(claim_id, 4) == "refused"


def test_another_etag_is_412_and_the_claim_stays(call: Call, saga: Saga) -> None:
    claim_id, _ = refused(saga)
    before = saga.payment(claim_id)
    assert ask(call, claim_id, headers={"If-Match": '"7"'})["statusCode"] == 412
    assert saga.payment(claim_id) == before
    assert ask(call, claim_id, headers={"If-Match": before.claim.etag})["statusCode"] == 202


def test_a_repeat_with_the_same_key_asks_once_and_the_key_is_for_one_claim(call: Call, saga: Saga) -> None:
    (claim_id, _), (other, _) = refused(saga), refused(saga)
    first = ask(call, claim_id, headers={"Idempotency-Key": "k"})
    again = ask(call, claim_id, headers={"Idempotency-Key": "k"})
    assert (again["statusCode"], again["body"]) == (202, first["body"])
    assert saga.shown(claim_id)[1].count("asked") == 1
    assert ask(call, other, headers={"Idempotency-Key": "k"})["statusCode"] == 422


def test_a_client_may_prefer_no_body(call: Call, saga: Saga) -> None:
    answer = ask(call, saga.claim(), headers={"Prefer": "return=minimal"})
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (204, "", '"2"')


@pytest.mark.parametrize("claim_id", ["0" * 32, "x" * 3000])
def test_an_unknown_claim_is_404(call: Call, claim_id: str) -> None:
    assert ask(call, claim_id)["statusCode"] == 404


def test_another_tenants_claim_is_404(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    assert ask(call, claim_id, tenant="other")["statusCode"] == 404
    assert saga.shown(claim_id) == ("received", [])


def test_a_claim_that_others_keep_changing_is_503(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    with failing("dynamodb", "UpdateItem", holding="CLAIM", code="TransactionConflictException"):
        answer = ask(call, claim_id, context=NEARLY_OVER)
        assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")

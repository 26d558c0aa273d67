from collections import Counter
from typing import Any

import pytest

from claims.payments.chosen_processor import chosen_processor
from claims.payments.payment_processor import CALL_SECONDS, Paid, PaymentOrder, ProcessorTimedOut, Refused
from payerworks.errors import Unavailable
from tests.unit.dynamodb_faults import little_time

ODDS = "refuse=0.1,timeout=0.2,twice=0.1"


@pytest.fixture
def sandbox(aws: Any, environment: Any) -> Any:
    environment(PAYMENT_PROCESSOR="sandbox", SANDBOX_FAULTS=ODDS)
    return chosen_processor()


def order(key: str, mark: str = "") -> PaymentOrder:
    return PaymentOrder(key, 1000, "1497775530", f"SANDBOX-{mark}" if mark else "3730189502")


def tried(sandbox: Any, asked: PaymentOrder) -> list[object]:
    try:
        return [type(answer) for answer in sandbox.pay(asked)]
    except ProcessorTimedOut:
        return [type(sandbox.find(asked.key))]


@pytest.mark.parametrize(
    ("mark", "answers"),
    [
        ("REFUSE", [[Refused], [Refused]]),
        ("REFUSE-17", [[Refused], [Refused]]),
        ("TIMEOUT", [[type(None)], [Paid]]),
        ("TIMEOUT-PAID", [[Paid], [Paid]]),
        ("TIMEOUT-PAID-3", [[Paid], [Paid]]),
        ("TWICE", [[Paid, Paid], [Paid]]),
        ("REFUSE-PAID", [[Refused, Paid], [Paid]]),
        ("NEVER", [[type(None)], [type(None)]]),
    ],
)
def test_a_marked_subscriber_has_its_behaviour_on_the_first_and_the_second_try(
    sandbox: Any, mark: str, answers: list[list[object]]
) -> None:
    assert [tried(sandbox, order("t#c#1", mark)) for _ in range(2)] == answers


def test_a_key_is_paid_once_and_gets_the_first_answer_again(sandbox: Any) -> None:
    first = sandbox.pay(order("t#c#1", "TWICE"))
    assert [sandbox.find("t#c#1"), *sandbox.pay(order("t#c#1", "TWICE"))] == first
    assert sandbox.pay(order("t#c#1", "REFUSE")) == first[:1]


def test_a_reversed_payment_is_not_paid_again(sandbox: Any) -> None:
    sandbox.pay(order("t#c#1", "TWICE"))
    for _ in range(2):
        sandbox.reverse("t#c#1")
        assert isinstance(sandbox.find("t#c#1"), Refused)
        assert isinstance(sandbox.pay(order("t#c#1", "TWICE"))[0], Refused)


def test_reversing_an_unpaid_order_does_nothing(sandbox: Any) -> None:
    sandbox.reverse("t#c#1")
    assert sandbox.find("t#c#1") is None
    sandbox.pay(order("t#c#1", "REFUSE"))
    sandbox.reverse("t#c#1")
    assert sandbox.find("t#c#1") == Refused("the sandbox is set to refuse it")


def test_the_odds_hold_and_a_key_draws_the_same_each_time(sandbox: Any, environment: Any) -> None:
    seen = Counter(str(tried(sandbox, order(f"t#{number}#1"))) for number in range(150))
    shares = {str([Refused]): 0.1, str([type(None)]): 0.1, str([Paid, Paid]): 0.1, str([Paid]): 0.7}
    assert seen.keys() == shares.keys()
    for answer, share in shares.items():
        assert abs(seen[answer] / 150 - share) < 0.1
    environment(SANDBOX_FAULTS="refuse=1")
    assert tried(sandbox, order("t#new#1")) == [Refused]
    environment(SANDBOX_FAULTS="")
    assert tried(sandbox, order("t#newer#1")) == [Paid]


def test_a_call_that_the_invocation_might_not_outlive_is_not_begun(sandbox: Any) -> None:
    calls = (lambda: sandbox.pay(order("t#c#1")), lambda: sandbox.find("t#c#1"), lambda: sandbox.reverse("t#c#1"))
    for call in calls:
        with little_time(retry_seconds=CALL_SECONDS - 0.5), pytest.raises(Unavailable, match="No time"):
            call()
    with little_time(retry_seconds=CALL_SECONDS + 5):
        assert sandbox.find("t#c#1") is None


def test_a_stack_without_a_processor_pays_nothing(aws: Any, environment: Any) -> None:
    environment(PAYMENT_PROCESSOR="none")
    with pytest.raises(Unavailable):
        chosen_processor()

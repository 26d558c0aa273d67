"""After deliveries in any order and number, the money is right and every state is valid."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import void_claim
from tests.unit.claims.saga import TRIES, Message, Saga
from tests.unit.conftest import Call

MARKS = ("3730189502", "REFUSE", "TIMEOUT", "TIMEOUT-PAID", "TWICE", "REFUSE-PAID", "NEVER")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    marks=st.lists(st.sampled_from(MARKS), min_size=1, max_size=4),
    events=st.lists(st.tuples(st.sampled_from("ppppsssvo"), st.integers(0, 7)), max_size=24),
)
def test_any_order_of_deliveries_voids_and_schedules_ends_right(
    call: Call, saga: Saga, marks: list[str], events: list[tuple[str, int]]
) -> None:
    claims = {saga.claim(f"{100 + number}.01", mark): mark for number, mark in enumerate(marks)}
    ids = list(claims)
    settlements: list[Message] = []
    tries: Counter[str] = Counter()
    for kind, number in events:
        claim_id = ids[number % len(ids)]
        if kind == "p":
            tries[claim_id] = tries[claim_id] % TRIES + 1
            saga.pay(claim_id, tries=tries[claim_id])
            settlements += saga.settlements()
        elif kind == "s" and settlements:
            saga.settle(settlements[number % len(settlements)])
        elif kind == "v":
            void(call, saga, claim_id)
        elif kind == "o" and saga.payment(claim_id).overdue_at:
            saga.age(claim_id)
            saga.look_for_overdue()
    for claim_id in ids:
        while saga.pay(claim_id, tries=(tries := tries + Counter([claim_id]))[claim_id]) and tries[claim_id] < TRIES:
            pass
    saga.settle(*settlements, *saga.settlements())
    for claim_id in ids:
        check(saga, claim_id)


def void(call: Call, saga: Saga, claim_id: str) -> None:
    before = saga.payment(claim_id)
    answer: dict[str, Any] = call(void_claim.handler, "claims/void_claim", path={"id": claim_id})
    may = before.claim.status in ("received", "failed", "void") or before.attempt is None
    assert answer["statusCode"] == (200 if may else 409)


def check(saga: Saga, claim_id: str) -> None:
    status, steps = saga.shown(claim_id)
    assert status in ("processed", "failed", "payment_review", "void")
    # The processor holds the claim's money exactly where the claim is processed: so the sums agree, too.
    assert (saga.held(claim_id) == "paid") == (status == "processed")
    for once in ("paid", "refused", "settled", "reversed"):
        assert steps.count(once) <= 1
    assert ("settled" in steps) == (status == "processed")
    if "reversed" in steps:
        assert saga.held(claim_id) == "reversed"

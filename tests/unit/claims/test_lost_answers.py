"""A person's change of a claim whose answer was lost is not refused as a conflict with itself."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from claims import decide_claim_payment, request_claim_payment, void_claim
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from tests.unit.claims.saga import TRIES, Saga
from tests.unit.conftest import Call
from tests.unit.dynamodb_faults import Faults, done_and_lost, error, injected

Answer = dict[str, Any]
Change = Callable[..., Answer]


def received(saga: Saga) -> str:
    return saga.claim()


def failed(saga: Saga) -> str:
    claim_id = saga.claim(subscriber="REFUSE")
    saga.pay(claim_id)
    saga.finish()
    return claim_id


def reviewed(saga: Saga) -> str:
    claim_id = saga.claim(subscriber="NEVER")
    saga.pay(claim_id, tries=TRIES)
    return claim_id


def below_zero(saga: Saga) -> str:
    return saga.claim("-5")


APPROVE, REFUSE = ({"decision": decision, "note": "a note"} for decision in ("approve", "refuse"))
CHANGES = {
    "void": (void_claim, received, None, "voided", "void"),
    "void a failed claim": (void_claim, failed, None, "voided", "void"),
    "request": (request_claim_payment, received, None, "asked", "received"),
    "request of a failed claim": (request_claim_payment, failed, None, "asked", "received"),
    "approve": (decide_claim_payment, reviewed, APPROVE, "approved", "received"),
    "waive": (decide_claim_payment, below_zero, APPROVE, "approved", "processed"),
    "refuse": (decide_claim_payment, reviewed, REFUSE, "declined", "failed"),
}
every_change = pytest.mark.parametrize("name", CHANGES)


@pytest.fixture
def faults(saga: Saga) -> Iterator[Faults]:
    with injected() as found:
        yield found


class Changed:
    """A claim that a person changes."""

    def __init__(self, call: Call, saga: Saga, name: str) -> None:
        self._call = call
        self._saga = saga
        self._operation, claim_in_state, self._body, self.step, self.status = CHANGES[name]
        self.claim_id = claim_in_state(saga)
        self.etag = saga.payment(self.claim_id).claim.etag

    def change(self, if_match: str | None, note: str | None = None, **changes: Any) -> Answer:
        """Send the request; `note` changes the note of a decision."""
        if self._body is not None:
            changes["body"] = self._body | ({"note": note} if note else {})
        headers = {} if if_match is None else {"If-Match": if_match}
        event = self._operation.__name__.replace(".", "/")
        return self._call(self._operation.handler, event, path={"id": self.claim_id}, headers=headers, **changes)

    def check(self, answer: Answer) -> None:
        """The answer says that the change is done, and it was made once."""
        payment = self._saga.payment(self.claim_id)
        assert answer["statusCode"] == (202 if self.step == "asked" else 200), answer["body"]
        assert (answer["json"]["status"], answer["headers"]["ETag"]) == (payment.claim.status, payment.claim.etag)
        [made] = [step for step in payment.steps if step.step == self.step]
        assert (made.by, f'"{made.replaced}"') == ("u-1", self.etag)


@every_change
@pytest.mark.parametrize("has_if_match", [True, False])
@pytest.mark.parametrize("is_answered", [True, False])
def test_a_change_whose_answer_is_lost_within_the_call_is_done(
    call: Call, saga: Saga, faults: Faults, name: str, has_if_match: bool, is_answered: bool
) -> None:
    changed = Changed(call, saga, name)
    server_error = [error("InternalServerError", status=500)] if is_answered else []
    faults.at("UpdateItem", 0, done_and_lost("UpdateItem", *server_error))
    answer = changed.change(changed.etag if has_if_match else None)
    changed.check(answer)
    assert answer["json"]["status"] == changed.status


def test_a_change_whose_answer_is_lost_is_done_though_others_went_on_with_it(
    call: Call, saga: Saga, faults: Faults
) -> None:
    changed = Changed(call, saga, "request of a failed claim")

    def pay(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        faults.none()
        saga.pay(changed.claim_id)
        return error("InternalServerError", status=500)(body)

    faults.at("UpdateItem", 0, done_and_lost("UpdateItem", pay))
    answer = changed.change(changed.etag)
    changed.check(answer)
    assert answer["json"]["status"] == "payment_requested"


def test_a_change_that_got_no_answer_and_was_not_done_is_not_taken_for_that_of_another(
    call: Call, saga: Saga, faults: Faults
) -> None:
    changed = Changed(call, saga, "request of a failed claim")

    def void_meanwhile(_: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        faults.none()
        call(void_claim.handler, "claims/void_claim", path={"id": changed.claim_id})
        raise ConnectionClosedError(endpoint_url="https://dynamodb")

    faults.at("UpdateItem", 0, void_meanwhile)
    assert changed.change(None)["statusCode"] == 409
    assert saga.shown(changed.claim_id) == ("void", ["requested", "refused", "voided"])


def test_a_step_without_the_version_that_it_replaced_makes_no_change_done(call: Call, saga: Saga) -> None:
    changed = Changed(call, saga, "request")
    saga.pay(changed.claim_id)
    older = SagaStep("asked", "2026-01-01", "payment was asked for again", by="u-1")
    payment_repository.store_settlement("acme", changed.claim_id, "refused", 1, [older])
    assert changed.change('"None"')["statusCode"] == 412


@every_change
def test_a_change_that_is_sent_again_with_the_same_if_match_is_done(call: Call, saga: Saga, name: str) -> None:
    changed = Changed(call, saga, name)
    first = changed.change(changed.etag)
    again = changed.change(changed.etag)
    assert (again["body"], again["headers"]) == (first["body"], first["headers"])
    changed.check(again)
    changed.check(changed.change(f'"99", {changed.etag}'))


@every_change
def test_a_change_that_is_sent_again_after_others_is_done_too(call: Call, saga: Saga, name: str) -> None:
    changed = Changed(call, saga, name)
    changed.change(changed.etag)
    if saga.payment(changed.claim_id).claim.status == "received":
        saga.pay(changed.claim_id)
        assert saga.payment(changed.claim_id).claim.status == "payment_requested"
    if name == "void a failed claim":
        paid_late = {"tenant": "acme", "claimId": changed.claim_id, "attempt": 1, "at": "2026", "requestId": "r"}
        saga.settle(paid_late | {"reference": "x"})
        assert saga.shown(changed.claim_id)[1][-2:] == ["paid", "reversed"]
    changed.check(changed.change(changed.etag))


@every_change
def test_a_change_of_another_version_stays_412_after_it_was_made(call: Call, saga: Saga, name: str) -> None:
    changed = Changed(call, saga, name)
    changed.change(changed.etag)
    before = saga.payment(changed.claim_id)
    for if_match in ('"0"', f"W/{changed.etag}", '"99"', ""):
        assert changed.change(if_match)["statusCode"] == 412
    assert saga.payment(changed.claim_id) == before


@pytest.mark.parametrize("name", ["approve", "waive", "refuse"])
def test_another_decision_on_the_version_that_was_decided_is_412(call: Call, saga: Saga, name: str) -> None:
    changed = Changed(call, saga, name)
    changed.change(changed.etag)
    assert changed.change(changed.etag, note="another note")["statusCode"] == 412


@pytest.mark.parametrize(
    ("first", "second"), [(void_claim, request_claim_payment), (request_claim_payment, void_claim)]
)
def test_another_change_of_the_same_version_is_412(call: Call, saga: Saga, first: Any, second: Any) -> None:
    changed = Changed(call, saga, "void" if first is void_claim else "request")
    changed.change(changed.etag)
    other = call(
        second.handler,
        second.__name__.replace(".", "/"),
        path={"id": changed.claim_id},
        headers={"If-Match": changed.etag},
    )
    assert other["statusCode"] == 412

from typing import Any

import pytest

from claims import get_claim_payment
from tests.unit.claims.saga import Saga
from tests.unit.conftest import Call


def read(call: Call, claim_id: str, **changes: Any) -> dict[str, Any]:
    return call(get_claim_payment.handler, "claims/get_claim_payment", path={"id": claim_id}, **changes)


def test_a_claim_without_a_payment_has_no_steps_and_its_amount_is_exact(call: Call, saga: Saga) -> None:
    claim_id = saga.claim("1.10")
    answer = read(call, claim_id)
    assert answer["statusCode"] == 200
    members = '"status":"received","amount":1.10,"review_reason":null,"steps":[]'
    assert answer["body"] == f'{{"claimId":"{claim_id}",{members}}}'


def test_each_step_is_shown_as_it_happened(call: Call, saga: Saga) -> None:
    claim_id = saga.claim()
    etags = [read(call, claim_id)["headers"]["ETag"]]
    saga.pay(claim_id)
    etags.append(read(call, claim_id)["headers"]["ETag"])
    saga.finish()
    answer = read(call, claim_id)
    etags.append(answer["headers"]["ETag"])
    assert len(set(etags)) == 3
    assert answer["json"]["status"] == "processed"
    assert [step["step"] for step in answer["json"]["steps"]] == ["requested", "paid", "settled"]
    assert all(set(step) == {"step", "at", "detail"} for step in answer["json"]["steps"])
    assert read(call, claim_id, headers={"If-None-Match": etags[2]})["statusCode"] == 304
    assert read(call, claim_id, headers={"If-None-Match": etags[1]})["statusCode"] == 200


@pytest.mark.parametrize("claim_id", ["0" * 32, "x" * 3000])
def test_an_unknown_claim_is_404(call: Call, claim_id: str) -> None:
    assert read(call, claim_id)["statusCode"] == 404


def test_another_tenants_claim_is_404(call: Call, saga: Saga) -> None:
    assert read(call, saga.claim(), tenant="other")["statusCode"] == 404

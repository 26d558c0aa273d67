"""What holds answers against the description finds each way in which they can differ."""

import copy
from typing import Any

import pytest

from claims import create_claims, get_claim
from tests.unit.conftest import Call, api_event
from tests.unit.described import faults


@pytest.fixture
def claim(call: Call) -> dict[str, Any]:
    created = call(create_claims.handler, "claims/create_claims")
    event = api_event("claims/get_claim", path={"id": created["json"]["id"]})
    answer: dict[str, Any] = get_claim.handler(event, None)
    return answer


def test_an_answer_as_it_is_described_has_no_faults(claim: dict[str, Any]) -> None:
    assert list(faults("get_claim", claim)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"statusCode": 418}, "get_claim is not said to answer 418"),
        ({"headers": {"X-New": "1"}}, "get_claim 200: nothing says that X-New is sent"),
        ({"headers": {"Content-Type": "text/plain"}}, "get_claim 200: the body is text/plain, not application/json"),
        ({"headers": {"Content-Type": ""}}, "get_claim 200: the body is empty, not application/json"),
        ({"body": '{"id": 7}'}, 'get_claim 200: id: 7 is not of type "string"'),
    ],
)
def test_an_answer_that_differs_has_a_fault(claim: dict[str, Any], changes: dict[str, Any], fault: str) -> None:
    changed = copy.deepcopy(claim)
    for name, value in changes.items():
        changed[name] = changed[name] | value if isinstance(value, dict) else value
    assert fault in list(faults("get_claim", changed))


def test_a_header_that_is_always_sent_must_be_there(claim: dict[str, Any]) -> None:
    del claim["headers"]["X-Request-Id"]
    assert list(faults("get_claim", claim)) == ["get_claim 200: X-Request-Id is not sent"]


def test_a_problem_has_the_type_of_its_status(call: Call) -> None:
    answer = call(get_claim.handler, "claims/get_claim")
    answer["body"] = answer["body"].replace("problem:not-found", "problem:conflict")
    assert list(faults("get_claim", answer)) == ["get_claim 404: the type is urn:payerworks:problem:conflict"]


@pytest.mark.parametrize(
    ("body", "charset", "status"), [("x" * 5_000_000, "utf-8", 413), ("{}", "latin-1", 415), ("{}", "utf-8", 404)]
)
def test_a_body_without_use_is_looked_at_as_it_is_described(call: Call, body: str, charset: str, status: int) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    assert call(get_claim.handler, "claims/get_claim", body=body, headers=headers)["statusCode"] == status

"""The gateway's own answers in template.yaml: problems like those of the operations, which any page may read."""

import json
from typing import Any

import pytest

from payerworks.errors import PayerworksError, problem_text
from tests.unit.conftest import ROOT
from tests.unit.described import document
from tests.unit.template import load

API = load(ROOT / "template.yaml")["Resources"]["Api"]["Properties"]
RESPONSES: dict[str, dict[str, Any]] = API["GatewayResponses"]
every_response = pytest.mark.parametrize("kind", RESPONSES)
TOKEN_WORDS = "The access token has expired or is not valid."


def headers(kind: str) -> dict[str, str]:
    found: dict[str, str] = RESPONSES[kind]["ResponseParameters"]["Headers"]
    return found


def problem(kind: str) -> dict[str, Any]:
    [(media_type, template)] = RESPONSES[kind]["ResponseTemplates"].items()
    assert media_type == "application/json"
    found: dict[str, Any] = json.loads(template.replace("$context.requestId", "r-1"))
    return found


def errors(error: type[PayerworksError] = PayerworksError) -> list[type[PayerworksError]]:
    return [error, *(each for child in error.__subclasses__() for each in errors(child))]


@every_response
def test_its_body_is_a_problem_of_its_status(kind: str) -> None:
    told = problem(kind)
    of_status = [error for error in errors() if error.status == RESPONSES[kind]["StatusCode"]]
    assert told in [json.loads(problem_text(error(told["detail"]), "r-1")) for error in of_status]


@every_response
def test_a_page_can_read_it_and_it_carries_the_callers_request_id(kind: str) -> None:
    assert headers(kind)["Content-Type"] == "'application/problem+json'"
    assert headers(kind)["Access-Control-Allow-Origin"] == "'*'"
    exposed = headers(kind)["Access-Control-Expose-Headers"].strip("'").split(", ")
    assert {"X-Request-Id", *({"Retry-After", "WWW-Authenticate"} & headers(kind).keys())} <= set(exposed)
    assert "Access-Control-Allow-Credentials" not in headers(kind)
    assert headers(kind)["X-Request-Id"] == "method.request.header.X-Request-Id"


@pytest.mark.parametrize("kind", ["INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"])
def test_what_is_504_says_504(kind: str) -> None:
    assert (RESPONSES[kind]["StatusCode"], problem(kind)["status"]) == (504, 504)


def test_every_other_answer_of_the_gateway_has_a_default() -> None:
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= RESPONSES.keys()


def test_a_missing_token_and_an_invalid_one_are_told_apart() -> None:
    assert headers("UNAUTHORIZED")["WWW-Authenticate"] == "'Bearer'"
    challenge = f'\'Bearer error="invalid_token", error_description="{TOKEN_WORDS}"\''
    assert headers("ACCESS_DENIED")["WWW-Authenticate"] == challenge
    assert (RESPONSES["ACCESS_DENIED"]["StatusCode"], problem("ACCESS_DENIED")["detail"]) == (401, TOKEN_WORDS)


def test_every_operation_is_described_with_what_the_gateway_answers_for_it() -> None:
    # Not an unknown path, which is no operation, nor what a firewall refuses before any of them.
    kinds = RESPONSES.keys() - {"MISSING_AUTHENTICATION_TOKEN", "WAF_FILTERED"}
    statuses = {str(RESPONSES[kind]["StatusCode"]) for kind in kinds}
    for item in document()["paths"].values():
        for method, operation in item.items():
            if method != "parameters":
                needed = statuses - {"401"} if operation.get("security") == [] else statuses
                assert needed <= operation["responses"].keys(), operation["operationId"]

"""The session with the API: expired tokens, a busy API, and errors that are not problem documents."""

from collections.abc import Callable

import httpx
import pytest

from payerworks_cli.api import Api
from payerworks_cli.deployment import is_on_this_machine
from payerworks_cli.errors import ApiProblem, UnexpectedAnswer
from tests.unit.cli.service import Service

PatientsTotal = Callable[..., object]


@pytest.fixture
def patients_total(service: Service, api: Api) -> PatientsTotal:
    def ask(*answers: httpx.Response) -> object:
        """What the command reads as total, after GET /patients was answered otherwise at first."""
        service.scripted["GET /patients"] = list(answers)
        return api.ask("GET", "/patients").member("total")

    return ask


def test_an_expired_token_is_renewed_once(service: Service, patients_total: PatientsTotal) -> None:
    assert patients_total(httpx.Response(401, json={"message": "The token has expired."})) == 0
    assert service.asked["POST /auth/login"] == 2


def test_a_busy_api_is_asked_again_when_it_says(patients_total: PatientsTotal) -> None:
    busy, still_running = (
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(409, headers={"Retry-After": "0"}),
    )
    assert patients_total(busy, still_running) == 0
    with pytest.raises(ApiProblem, match="429"):
        patients_total(busy, busy, busy, busy)


def test_an_error_of_the_gateway_is_shown_with_its_message(patients_total: PatientsTotal) -> None:
    with pytest.raises(ApiProblem) as refused:
        patients_total(httpx.Response(502, json={"message": "Internal server error"}))
    assert str(refused.value) == "GET /patients was answered 502 Internal server error"


def test_an_answer_without_what_the_contract_says_is_named(patients_total: PatientsTotal) -> None:
    with pytest.raises(UnexpectedAnswer, match="without `total`"):
        patients_total(httpx.Response(200, json=[]))


def test_only_this_machine_goes_past_the_proxy() -> None:
    assert is_on_this_machine("http://abc.execute-api.localhost:4566/dev")
    assert is_on_this_machine("http://127.0.0.1:4566")
    assert not is_on_this_machine("https://api.example.com/dev")

"""The session with the API: expired tokens, a busy API, and errors that are no problem documents."""

import pytest

from payerworks_cli.api import Api
from payerworks_cli.errors import ApiProblem, UnexpectedAnswer
from payerworks_cli.stack_outputs import Stack, is_on_this_machine
from tests.unit.cli.fake_service import FakeService, Reply, problem, serving


class Scripted(FakeService):
    """Answers GET /patients with each of the given replies in turn, and then as ever."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.script = list(replies)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        scripted = self.script and target.endswith("/patients")
        return self.script.pop(0) if scripted else super().answer(method, target, headers, body)


def patients_total(service: FakeService) -> object:
    with serving(service), Api(Stack.model_validate(service.outputs())) as api:
        api.log_in()
        return api.ask("GET", "/patients").member("total")


def test_an_expired_token_is_renewed_once() -> None:
    service = Scripted(problem(401, "Unauthorized", "The token has expired."))
    assert patients_total(service) == 0
    assert service.asked["POST /auth/login"] == 2


def test_a_busy_api_is_asked_again_when_it_says() -> None:
    busy: Reply = (429, {"Retry-After": "0"}, None)
    still_running: Reply = (409, {"Retry-After": "0"}, None)
    assert patients_total(Scripted(busy, still_running)) == 0
    with pytest.raises(ApiProblem, match="429"):
        patients_total(Scripted(busy, busy, busy, busy))


def test_an_error_of_the_gateway_is_shown_with_its_message() -> None:
    with pytest.raises(ApiProblem) as refused:
        patients_total(Scripted((502, {}, {"message": "Internal server error"})))
    assert refused.value.sentence == "GET /patients was answered 502 Internal server error"


def test_an_answer_without_what_the_contract_says_is_named() -> None:
    with pytest.raises(UnexpectedAnswer, match="without `total`"):
        patients_total(Scripted((200, {}, [])))


def test_only_this_machine_goes_past_the_proxy() -> None:
    assert is_on_this_machine("http://abc.execute-api.localhost:4566/dev")
    assert is_on_this_machine("http://127.0.0.1:4566")
    assert not is_on_this_machine("https://api.example.com/dev")

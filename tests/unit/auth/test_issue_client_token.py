import json
from collections.abc import Callable
from typing import Any

import botocore.session
import jwt
import pytest

from auth import get_session, issue_client_token, list_sessions, verify_token
from auth.limits import attempts
from auth.sessions import callers
from auth.tokens.access_token import TokenSubject, issue_token
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, answered, called, context_of, logged_in
from tests.unit.auth.machines import Machine, add_machine, basic, token_answer, token_of

Clock = Callable[[float], None]
NOBODY = Machine("acme." + "0" * 32, "x" * 43)


def asked(body: str, **headers: str | None) -> dict[str, Any]:
    """The answer to a form as text."""
    return answered(issue_client_token.handler, "issue_client_token", body=body, headers=headers)


def test_a_machine_gets_a_token_of_its_own(aws: botocore.session.Session) -> None:
    machine = add_machine("claims", "support")
    answer = token_answer(machine)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Cache-Control"] == "no-store"
    token = answer["json"].pop("access_token")
    assert answer["json"] == {"token_type": "bearer", "expires_in": 3600}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["client_id"] == claims["sub"] == machine.client_id
    context = context_of(token)
    assert context is not None
    rights = context.pop("rights").split(",")
    assert context == {
        "tenant": "acme",
        "user_id": machine.client_id,
        "user_type": "service",
        "roles": "claims,support",
        "reference_id": "",
        "session_id": claims["sid"],
    }
    assert "POST /claims" in rights
    assert "GET /clients" in rights
    assert "POST /auth/logout" not in rights


def test_http_basic_is_the_same_as_the_form(aws: botocore.session.Session) -> None:
    machine = add_machine()
    for form in ("", f"&client_id={machine.client_id}", "&client_secret=", "&scope="):
        answer = asked(f"grant_type=client_credentials{form}", Authorization=basic(machine))
        assert context_of(answer["json"]["access_token"]) is not None


def test_one_read_of_one_item_decides_over_a_machines_call(aws: botocore.session.Session) -> None:
    token = token_of(add_machine())
    assert context_of(token) is not None
    with dynamodb_faults.injected() as faults:
        assert context_of(token) is not None
    assert [request.operation for request in faults.requests] == ["GetItem"]


def test_verify_token_tells_of_machines_too(aws: botocore.session.Session) -> None:
    machine = add_machine("claims")
    token = token_of(machine)
    verdict = called(verify_token.handler, "verify_token", token, body={"token": token})["json"]
    assert verdict["payload"] == {
        "user_id": machine.client_id,
        "user_type": "service",
        "email": "",
        "roles": ["claims"],
        "metadata": {"reference_id": ""},
    }
    other = called(verify_token.handler, "verify_token", token_of(add_machine(tenant="other")), body={"token": token})
    assert other["json"] == {"valid": False, "payload": None}


def test_a_machine_has_no_sessions_but_a_valid_one(aws: botocore.session.Session) -> None:
    token = token_of(add_machine("claims"))
    verdict = called(get_session.handler, "get_session", token)["json"]
    assert (verdict["valid"], verdict["user"]["roles"], verdict["same_device"]) == (True, ["claims"], None)
    assert called(list_sessions.handler, "list_sessions", token)["statusCode"] == 403


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_secret": "x" * 43}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": "", "client_id": ""}, 401, "invalid_client"),
        ({"client_id": "other." + "0" * 32}, 401, "invalid_client"),
        ({"client_id": "acme#CLIENTS"}, 401, "invalid_client"),
        ({"client_id": "ü" * 5000}, 401, "invalid_client"),
        ({"client_id": "\x00"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "claims"}, 400, "invalid_scope"),
    ],
)
def test_what_is_wrong_is_said_as_oauth_says_it(
    aws: botocore.session.Session, wrong: dict[str, str | None], status: int, error: str
) -> None:
    answer = token_answer(add_machine(), **wrong)
    assert (answer["statusCode"], answer["json"]["error"]) == (status, error)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert answer["json"]["type"].startswith("urn:payerworks:problem:")
    assert ("WWW-Authenticate" in answer["headers"]) == (status == 401)
    if status == 401:
        assert answer["headers"]["WWW-Authenticate"].startswith("Basic realm=")


def test_a_form_that_is_none_is_refused(aws: botocore.session.Session) -> None:
    machine = add_machine()
    form = f"grant_type=client_credentials&client_id={machine.client_id}&client_secret={machine.client_secret}"
    assert asked(form, **{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})["statusCode"] == 200
    for media_type in ("application/json", "text/plain", None):
        assert asked(form, **{"Content-Type": media_type})["statusCode"] == 415
    twice = f"{form}&client_secret={machine.client_secret}"
    many = form + "".join(f"&p{number}=1" for number in range(20))
    for body in ("", twice, many, form.replace("acme", "%ff"), json.dumps({"grant_type": "client_credentials"})):
        answer = asked(body)
        assert (answer["statusCode"], answer["json"]["error"]) == (400, "invalid_request")


def test_two_ways_of_authentication_at_once_are_refused(aws: botocore.session.Session) -> None:
    machine, other = add_machine(), add_machine()
    for form in (f"client_secret={machine.client_secret}", f"client_id={other.client_id}"):
        answer = asked(f"grant_type=client_credentials&{form}", Authorization=basic(machine))
        assert (answer["statusCode"], answer["json"]["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", ["Bearer x", "Basic", "Basic !", "Basic YTo=", "Basic OmE=", "Basic /w=="])
def test_an_authorization_that_is_none_is_refused(aws: botocore.session.Session, header: str) -> None:
    answer = asked("grant_type=client_credentials", Authorization=header)
    assert (answer["statusCode"], answer["json"]["error"]) == (401, "invalid_client")


def test_unknown_and_known_clients_are_answered_alike(aws: botocore.session.Session) -> None:
    known = add_machine()._replace(client_secret="x" * 43)
    seen = []
    for machine in (known, NOBODY, Machine("no id", "x")):
        with dynamodb_faults.injected() as faults:
            answer = token_answer(machine)
        calls = [request.operation for request in faults.requests]
        told = {name: text for name, text in answer["json"].items() if name != "requestId"}
        seen.append((answer["statusCode"], told, calls))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][2] == ["GetItem", "UpdateItem", "UpdateItem"]


def test_failures_of_a_client_are_held_up_and_of_an_address_too(clock: Clock) -> None:
    for machine in (NOBODY, add_machine()._replace(client_secret="x")):
        for _ in range(attempts.TOKEN.free):
            assert token_answer(machine)["statusCode"] == 401
        answer = token_answer(machine)
        assert answer["statusCode"] == 429
        assert int(answer["headers"]["Retry-After"]) > 0
        clock(attempts.TOKEN_ADDRESS.forgotten + 1)
    statuses = [token_answer(Machine(f"acme.{number:032x}", "x"))["statusCode"] for number in range(21)]
    assert statuses == [401] * attempts.TOKEN_ADDRESS.free + [429]


def test_who_knows_a_machines_id_cannot_keep_it_from_its_tokens(clock: Clock) -> None:
    machine = add_machine()
    for _ in range(40):
        token_answer(machine._replace(client_secret="guess"))
    assert token_answer(machine._replace(client_secret="guess"))["statusCode"] == 429
    assert token_answer(machine)["statusCode"] == 200


def test_neither_secret_nor_token_is_logged(aws: botocore.session.Session, capsys: pytest.CaptureFixture[str]) -> None:
    machine = add_machine()
    token = token_of(machine)
    token_answer(machine._replace(client_secret="a wrong one"))
    logged = capsys.readouterr().out
    assert machine.client_id in logged
    for text in (machine.client_secret, "a wrong one", token.split(".")[2]):
        assert text not in logged


def test_a_token_for_a_machine_needs_the_machines_own_secret(aws: botocore.session.Session) -> None:
    one, other = add_machine("plans"), add_machine()
    claims = jwt.decode(token_of(one), options={"verify_signature": False})
    user = add_user("admin")
    logged_in(user)
    for subject in (
        TokenSubject("acme", other.client_id, claims["sid"], other.client_id),
        TokenSubject("acme", user.user_id, claims["sid"], one.client_id),
        TokenSubject("other", one.client_id, claims["sid"], one.client_id),
        TokenSubject("acme", one.client_id, claims["sid"]),
    ):
        with pytest.raises(callers.InvalidToken):
            callers.caller_of(issue_token(subject, 60))

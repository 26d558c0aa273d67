from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import list_passkeys, log_in_with_passkey, remove_passkey
from auth.sessions.session_repository import change_user
from auth.users.repository import User
from tests.unit import dynamodb_faults
from tests.unit.auth.authenticator import (
    VERIFIED,
    Authenticator,
    add,
    creation_options,
    encoded,
    log_in_with,
    login_options,
    registered,
)
from tests.unit.auth.conftest import CLIENT_ID, add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.auth.second_factors import confirmed, login
from tests.unit.interleaving import before_call


@pytest.fixture
def user(clock: Callable[[float], None]) -> User:
    return add_user("staff", ["claims"])


@pytest.fixture
def passkey(user: User) -> Authenticator:
    return registered(logged_in(user)["access_token"])


def test_a_passkey_begins_a_session_of_its_user(user: User, passkey: Authenticator) -> None:
    answer = log_in_with(passkey.get(login_options()), **{"X-Client-Id": CLIENT_ID})
    assert answer["statusCode"] == 200
    assert (answer["json"]["user_id"], answer["json"]["email"]) == (user.user_id, user.email)
    context = context_of(answer["json"]["access_token"])
    assert context is not None
    assert (context["user_id"], context["roles"]) == (user.user_id, "claims")
    assert len(items("DEVICE#")) == 1


def test_a_passkey_replaces_the_second_factor(user: User, environment: Callable[..., None]) -> None:
    token = logged_in(user)["access_token"]
    passkey = registered(token)
    confirmed(token)
    environment(MFA_REQUIRED="staff")
    answer = log_in_with(passkey.get(login_options()))
    assert answer["statusCode"] == 200
    assert "mfa_enrolment_required" not in answer["json"]
    assert "POST /claims" in (context_of(answer["json"]["access_token"]) or {})["rights"].split(",")


def test_the_password_alone_does_not_replace_the_passkey_of_who_needs_a_factor(
    user: User, passkey: Authenticator, environment: Callable[..., None]
) -> None:
    assert login(user)["statusCode"] == 200
    environment(MFA_REQUIRED="staff")
    assert login(user)["statusCode"] == 403
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 200


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("origin", "https://localhost.example"),
        ("rp_id", "example.com"),
        ("flags", VERIFIED),
        ("flags", 0x01),
        ("cross_origin", True),
        ("user_handle", b"another user"),
        ("credential_id", b"another credential"),
        ("key", Authenticator().key),
        ("sign_count", 0),
    ],
)
def test_an_answer_that_proves_too_little_is_refused(passkey: Authenticator, member: str, value: object) -> None:
    setattr(passkey, member, value)
    answer = log_in_with(passkey.get(login_options()))
    assert (answer["statusCode"], answer["headers"]["WWW-Authenticate"]) == (401, "Bearer")
    unknown = Authenticator()
    unknown.user_handle = b"x"
    other = log_in_with(unknown.get(login_options()))
    assert (other["statusCode"], other["body"]) == (401, answer["body"])
    assert len(items("SESSION#")) == 1


def test_a_challenge_is_used_once_within_five_minutes(passkey: Authenticator, clock: Callable[[float], None]) -> None:
    options = login_options()
    credential = passkey.get(options)
    assert log_in_with(credential)["statusCode"] == 200
    assert log_in_with(credential)["statusCode"] == 401
    assert log_in_with(passkey.get(options))["statusCode"] == 401
    options = login_options()
    clock(301)
    assert log_in_with(passkey.get(options))["statusCode"] == 401


def test_the_challenge_of_a_registration_logs_nobody_in(user: User, passkey: Authenticator) -> None:
    options = creation_options(logged_in(user)["access_token"])
    assert log_in_with(passkey.get(options))["statusCode"] == 401


@pytest.mark.parametrize("sign_count", [0, 1])
def test_of_two_logins_at_once_with_one_answer_one_wins(user: User, sign_count: int) -> None:
    passkey = registered(logged_in(user)["access_token"], sign_count=sign_count)
    credential = passkey.get(login_options())
    statuses: list[int] = []
    with before_call("TransactWriteItems", lambda: statuses.append(log_in_with(credential)["statusCode"])):
        statuses.append(log_in_with(credential)["statusCode"])
    assert statuses == [200, 401]
    assert len(stored(user).sessions) == 2


def test_a_login_whose_answer_was_lost_is_one_login(user: User, passkey: Authenticator) -> None:
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        assert log_in_with(passkey.get(login_options()))["statusCode"] == 200
    assert len(stored(user).sessions) == 2


def test_a_copy_of_an_authenticator_is_noticed(passkey: Authenticator, capsys: pytest.CaptureFixture[str]) -> None:
    copied_at = passkey.sign_count
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 200
    assert "PasskeyCounterWentBack" not in capsys.readouterr().out
    passkey.sign_count = copied_at
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 401
    assert "PasskeyCounterWentBack" in capsys.readouterr().out


def test_an_authenticator_that_does_not_count_is_taken(user: User) -> None:
    passkey = registered(logged_in(user)["access_token"], sign_count=0)
    assert [log_in_with(passkey.get(login_options()))["statusCode"] for _ in range(2)] == [200, 200]


def test_a_removed_passkey_logs_nobody_in(user: User, passkey: Authenticator) -> None:
    token = logged_in(user)["access_token"]
    [entry] = called(list_passkeys.handler, "list_passkeys", token)["json"]["items"]

    def remove() -> None:
        removed = called(remove_passkey.handler, "remove_passkey", token, path={"id": entry["id"]})
        assert removed["statusCode"] == 204

    with before_call("TransactWriteItems", remove):
        assert log_in_with(passkey.get(login_options()))["statusCode"] == 401
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 401


def test_an_inactive_user_is_refused(user: User, passkey: Authenticator) -> None:
    change_user(stored(user), {"active": {"BOOL": False}}, ends=stored(user).sessions)
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 403
    assert items("SESSION#") == []


def test_an_address_that_tries_often_is_slowed_down(passkey: Authenticator) -> None:
    for _ in range(60):
        assert log_in_with(passkey.get(login_options()))["statusCode"] == 200
    credential = passkey.get(login_options()) | {"rawId": "AAAA"}
    assert [log_in_with(credential)["statusCode"] for _ in range(52)] == [401] * 50 + [429] * 2


def test_what_is_no_answer_is_refused(passkey: Authenticator) -> None:
    for member in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for text in ("A", "e30", "AAAA", encoded(b"[" * 5000), encoded(b"\xff" * 40)):
            credential = passkey.get(login_options())
            credential["response"][member] = text
            answer = answered(log_in_with_passkey.handler, "log_in_with_passkey", body={"credential": credential})
            assert answer["statusCode"] in {401, 429}
    bodies: list[Any] = [None, {}, {"credential": None}, {"credential": passkey.get(login_options()) | {"rawId": "é"}}]
    for body in bodies:
        assert answered(log_in_with_passkey.handler, "log_in_with_passkey", body=body)["statusCode"] == 400


def test_nothing_that_proves_a_user_is_logged(
    user: User, passkey: Authenticator, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    credential = passkey.get(login_options())
    log_in_with(credential)
    log_in_with(credential)
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert user.user_id in logged
    for secret in (credential["response"]["signature"], credential["response"]["clientDataJSON"], user.email):
        assert secret not in logged


def test_passkeys_are_for_the_configured_site(aws: botocore.session.Session, environment: Callable[..., None]) -> None:
    environment(PASSKEY_RP_ID="example.com", PASSKEY_ORIGINS="https://example.com, https://app.example.com")
    token = logged_in(add_user())["access_token"]
    passkey = Authenticator()
    passkey.rp_id, passkey.origin = "example.com", "https://app.example.com"
    assert add(token, passkey.create(creation_options(token)))["statusCode"] == 201
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 200
    passkey.origin = "https://other.example.com"
    assert log_in_with(passkey.get(login_options()))["statusCode"] == 401

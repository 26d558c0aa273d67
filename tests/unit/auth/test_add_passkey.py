from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import enrol_mfa, list_passkeys
from auth.sessions.enrolment import ENROLMENT_ROUTES
from auth.sessions.session_repository import change_user, end_sessions
from auth.users.rights import rights_of
from tests.unit.auth.authenticator import VERIFIED, Authenticator, add, creation_options, login_options, registered
from tests.unit.auth.conftest import add_user, called, context_of, items, logged_in, stored
from tests.unit.auth.second_factors import login
from tests.unit.interleaving import before_call


def test_a_passkey_is_listed(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    authenticator = Authenticator()
    answer = add(token, authenticator.create(creation_options(token)), "My key")
    assert answer["statusCode"] == 201
    assert (list(answer["json"]), answer["json"]["name"]) == (["id", "name", "created_at", "last_used_at"], "My key")
    assert called(list_passkeys.handler, "list_passkeys", token)["json"]["items"] == [answer["json"]]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("origin", "https://localhost.example"),
        ("origin", "http://localhost:8000"),
        ("rp_id", "example.com"),
        ("flags", VERIFIED),
        ("flags", 0x01),
        ("algorithm", -65535),
        ("algorithm", 0),
        ("cross_origin", True),
    ],
)
def test_an_answer_that_proves_too_little_is_refused(aws: botocore.session.Session, member: str, value: object) -> None:
    token = logged_in(add_user())["access_token"]
    authenticator = Authenticator()
    setattr(authenticator, member, value)
    answer = add(token, authenticator.create(creation_options(token)))
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/credential")
    assert items("PASSKEY") == items("CREDENTIAL") == []


def test_a_challenge_is_used_once_within_five_minutes(clock: Callable[[float], None]) -> None:
    token = logged_in(add_user())["access_token"]
    options = creation_options(token)
    assert add(token, Authenticator().create(options))["statusCode"] == 201
    assert add(token, Authenticator().create(options))["statusCode"] == 400
    options = creation_options(token)
    clock(301)
    assert add(token, Authenticator().create(options))["statusCode"] == 400
    assert len(items("PASSKEY")) == len(items("CREDENTIAL")) == 1


def test_a_challenge_of_another_user_or_of_a_login_or_of_nobody_is_refused(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    options = creation_options(token)
    theirs = creation_options(logged_in(add_user())["access_token"])["challenge"]
    for challenge in (theirs, login_options()["challenge"], options["challenge"][:-4] + "AAAA", "AAAA"):
        assert add(token, Authenticator().create(options | {"challenge": challenge}))["statusCode"] == 400


def test_of_two_registrations_at_once_with_one_challenge_one_wins(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    options = creation_options(token)
    statuses: list[int] = []

    def another() -> None:
        statuses.append(add(token, Authenticator().create(options))["statusCode"])

    with before_call("TransactWriteItems", another):
        another()
    assert statuses == [201, 400]
    assert len(items("PASSKEY")) == len(items("CREDENTIAL")) == 1


def test_a_passkey_has_one_owner(aws: botocore.session.Session) -> None:
    authenticator = registered(logged_in(add_user())["access_token"])
    token = logged_in(add_user())["access_token"]
    assert add(token, authenticator.create(creation_options(token)))["statusCode"] == 409
    assert len(items("PASSKEY")) == 1


def test_a_user_has_twenty_passkeys_at_most(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    for _ in range(20):
        registered(token)
    assert add(token, Authenticator().create(creation_options(token)))["statusCode"] == 409


def test_a_passkey_lifts_the_limit_of_its_session(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff")
    user = add_user("staff", ["plans"])
    token = login(user)["json"]["access_token"]
    assert set((context_of(token) or {})["rights"].split(",")) == set(ENROLMENT_ROUTES)
    registered(token)
    assert (context_of(token) or {})["rights"].split(",") == list(rights_of("staff", ["plans"]))


def test_a_session_of_the_password_alone_adds_no_passkey_beside_the_one_that_is_needed(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    user = add_user("doctor")
    registered(logged_in(user)["access_token"])
    token = logged_in(user)["access_token"]
    change_user(stored(user), {"user_type": {"S": "staff"}})
    environment(MFA_REQUIRED="staff")
    assert add(token, Authenticator().create(creation_options(token)))["statusCode"] == 403
    assert called(enrol_mfa.handler, "enrol_mfa", token)["statusCode"] == 403
    assert len(items("PASSKEY")) == 1


def test_a_session_that_ends_meanwhile_adds_no_passkey(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    credential = Authenticator().create(creation_options(token))
    # Also what happens where the gateway reuses the authorizer's verdict for a while.
    with before_call("TransactWriteItems", lambda: end_sessions(stored(user), stored(user).sessions)):
        assert add(token, credential)["statusCode"] == 401
    assert items("PASSKEY") == items("CREDENTIAL") == []


def changed(credential: dict[str, Any], **response: object) -> dict[str, Any]:
    return credential | {"response": credential["response"] | response}


def test_what_is_no_answer_is_bad_input(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    good = Authenticator().create(creation_options(token))
    attestation = good["response"]["attestationObject"]
    nested = "gYGB" * 4000
    texts = ["", "A", "é", "e30", "oA", "v_8", "////", nested, attestation[:-8], attestation + "AAAA", attestation[40:]]
    for text in texts:
        for member in ("attestationObject", "clientDataJSON"):
            assert add(token, changed(good, **{member: text}))["statusCode"] == 400
    for body in (None, [], {}, good | {"rawId": 1}, good | {"type": "password"}, good | {"response": None}):
        assert add(token, body)["statusCode"] == 400  # type: ignore[arg-type]
    for name in ("", "x" * 101):
        assert add(token, good, name)["statusCode"] == 400
    assert add(token, good)["statusCode"] == 201

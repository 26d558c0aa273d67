from collections.abc import Callable

import botocore.session

from auth import remove_passkey
from auth.sessions.enrolment import ENROLMENT_ROUTES
from auth.sessions.session_repository import change_user
from tests.unit.auth.conftest import add_user, called, context_of, items, logged_in, stored
from tests.unit.auth.passkeys import stored_passkey
from tests.unit.auth.second_factors import confirmed, login
from tests.unit.interleaving import before_call


def remove(token: str, passkey_id: str) -> int:
    answer = called(remove_passkey.handler, "remove_passkey", token, path={"id": passkey_id})
    return int(answer["statusCode"])


def test_a_user_removes_a_passkey(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    first, second = (stored_passkey(user, name) for name in ("a", "b"))
    assert [remove(token, first.passkey_id) for _ in range(2)] == [204, 404]
    assert [item["sk"]["S"] for item in items("PASSKEY#")] == [f"PASSKEY#{second.passkey_id}"]
    assert [item["pk"]["S"] for item in items("CREDENTIAL")] == [f"CREDENTIAL#{second.passkey_id}"]
    assert remove(token, second.passkey_id) == 204


def test_the_passkey_of_another_user_does_not_exist(aws: botocore.session.Session) -> None:
    passkey = stored_passkey(add_user(), "a")
    for tenant in ("acme", "other"):
        assert remove(logged_in(add_user(tenant=tenant))["access_token"], passkey.passkey_id) == 404
    assert len(items("PASSKEY#")) == len(items("CREDENTIAL")) == 1


def test_who_needs_a_second_factor_keeps_the_last_one(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff")
    user = add_user("staff")
    token = login(user)["json"]["access_token"]
    first, second = (stored_passkey(user, name) for name in ("a", "b"))
    statuses: list[int] = []
    with before_call("TransactWriteItems", lambda: statuses.append(remove(token, first.passkey_id))):
        statuses.append(remove(token, second.passkey_id))
    assert statuses == [204, 409]
    confirmed(token)
    assert remove(token, second.passkey_id) == 204


def test_the_password_alone_does_not_replace_a_passkey_that_is_needed(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff")
    user = add_user("staff")
    token = login(user)["json"]["access_token"]
    stored_passkey(user, "a")
    assert login(user)["statusCode"] == 403
    confirmed(token)
    assert login(user)["statusCode"] == 401


def test_after_the_last_passkey_a_session_has_shown_no_factor(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    user = add_user("doctor")
    token = logged_in(user)["access_token"]
    assert remove(token, stored_passkey(user, "a").passkey_id) == 204
    change_user(stored(user), {"user_type": {"S": "staff"}})
    environment(MFA_REQUIRED="staff")
    assert (context_of(token) or {})["rights"].split(",") == list(ENROLMENT_ROUTES)
    confirmed(token)
    assert "GET /auth/sessions" in (context_of(token) or {})["rights"]

from collections.abc import Callable
from typing import Any

import pytest

from auth import invite_user, log_in, reset_password
from auth.users.repository import User
from payerworks.aws import client
from tests.unit.auth.conftest import add_user, answered, called, items, logged_in, mails

NEW = "staple of four words"
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def admin(aws: object) -> str:
    """The token of an administrator."""
    return str(logged_in(add_user("admin"))["access_token"])


def invited(token: str, user: User, **headers: str) -> dict[str, Any]:
    return called(invite_user.handler, "invite_user", token, path={"id": user.user_id}, headers=headers)


def reset(token: str) -> int:
    body = {"token": token, "new_password": NEW}
    return int(answered(reset_password.handler, "reset_password", body=body)["statusCode"])


def test_without_mails_the_administrator_gets_the_token(admin: str) -> None:
    user = add_user(password="")
    answer = invited(admin, user)
    assert answer["statusCode"] == 200
    assert list(answer["json"]) == ["token", "expires_at"]
    assert reset(answer["json"]["token"]) == 204
    login = answered(log_in.handler, "log_in", body={"email": user.email, "password": NEW})
    assert login["statusCode"] == 200
    assert mails() == []


def test_an_invitation_is_valid_for_a_week(admin: str, clock: Callable[[float], None]) -> None:
    tokens = [invited(admin, add_user(password=""))["json"]["token"] for _ in range(2)]
    clock(7 * 24 * 3600 - 1)
    assert reset(tokens[0]) == 204
    clock(1)
    assert reset(tokens[1]) == 400


def test_the_answer_has_the_link_where_there_is_a_page(admin: str, environment: Callable[..., None]) -> None:
    environment(PASSWORD_PAGE_URL="https://example.com/password")
    answer = invited(admin, add_user())["json"]
    assert answer["link"] == f"https://example.com/password#token={answer['token']}"


def test_with_mails_the_user_alone_gets_the_token(admin: str, environment: Callable[..., None]) -> None:
    environment(MAIL_SENDER="accounts@example.com")
    user = add_user(password="")
    answer = invited(admin, user)
    assert (answer["statusCode"], answer["body"]) == (202, "")
    [mail] = mails()
    assert (mail["kind"], mail["tenant"], mail["userId"]) == ("invitation", "acme", user.user_id)
    assert items("LINK") == []


def test_a_repeat_gets_the_same_token_which_no_table_has(admin: str) -> None:
    user = add_user(password="")
    first, again = (invited(admin, user, **KEY) for _ in range(2))
    assert first["json"] == again["json"]
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert len(items("LINK")) == 1
    kept = [client("dynamodb").scan(TableName=table)["Items"] for table in ("AuthTable", "RequestsTable")]
    assert first["json"]["token"] not in str(kept)
    assert reset(first["json"]["token"]) == 204


def test_a_repeat_after_a_rotation_of_the_secret_gets_the_same_token_until_the_next(
    admin: str, rotate_signing_secret: Callable[[], None]
) -> None:
    user = add_user(password="")
    first = invited(admin, user, **KEY)
    rotate_signing_secret()
    assert invited(admin, user, **KEY)["json"] == first["json"]
    rotate_signing_secret()
    refused = invited(admin, user, **KEY)
    assert (refused["statusCode"], len(items("LINK"))) == (409, 1)
    assert reset(first["json"]["token"]) == 204


def test_a_disabled_user_is_not_invited(admin: str) -> None:
    assert invited(admin, add_user(active=False))["statusCode"] == 409
    assert items("LINK") == []


def test_users_of_other_tenants_do_not_exist_and_others_may_not(admin: str) -> None:
    assert invited(admin, add_user(tenant="other"))["statusCode"] == 404
    token = logged_in(add_user("staff", ["support", "directory"]))["access_token"]
    assert invited(token, add_user())["statusCode"] == 403
    assert items("LINK") == []


def test_no_token_is_logged(admin: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    token = invited(admin, add_user())["json"]["token"]
    reset(token)
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert "/users/{id}/invite" in logged
    assert token not in logged
    assert NEW not in logged

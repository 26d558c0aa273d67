import json
from collections.abc import Callable
from typing import Any

import pytest

from auth import change_password, log_in
from auth.users.repository import User
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import CLIENT_ID, PASSWORD, add_user, answered, called, context_of, logged_in, stored
from tests.unit.conftest import api_event
from tests.unit.interleaving import before_call

BODY: dict[str, str] = json.loads(api_event("auth/change_password")["body"])
NEW = BODY["new_password"]


def changed(token: str, headers: dict[str, str] | None = None, **body: str) -> dict[str, Any]:
    return called(change_password.handler, "change_password", token, body=BODY | body, headers=headers or {})


def login(user: User, password: str, **headers: str) -> int:
    body = {"email": user.email, "password": password}
    return int(answered(log_in.handler, "log_in", body=body, headers=headers)["statusCode"])


def test_the_new_password_logs_in_and_all_other_sessions_end(aws: object) -> None:
    user = add_user()
    others = [logged_in(user)["access_token"] for _ in range(2)]
    token = logged_in(user)["access_token"]
    with dynamodb_faults.injected() as faults:
        answer = changed(token)
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert [request.operation for request in faults.requests].count("TransactWriteItems") == 1
    assert [context_of(other) for other in others] == [None, None]
    assert context_of(token) is not None
    assert (login(user, PASSWORD), login(user, NEW)) == (401, 200)


def test_a_wrong_current_password_changes_nothing(aws: object) -> None:
    user = add_user()
    tokens = [logged_in(user)["access_token"] for _ in range(2)]
    answer = changed(tokens[0], current_password="not it at all")
    assert answer["statusCode"] == 400
    assert answer["json"]["errors"] == [{"pointer": "/current_password", "message": "is wrong"}]
    assert all(context_of(token) for token in tokens)
    assert login(user, PASSWORD) == 200


def test_wrong_ones_count_as_those_of_logins_do(clock: Callable[[float], None]) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    assert [changed(token, current_password="not it")["statusCode"] for _ in range(3)] == [400] * 3
    assert [login(user, "not it") for _ in range(3)] == [401, 401, 429]
    refused = changed(token)
    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (429, "1")
    clock(1)
    assert changed(token)["statusCode"] == 204
    assert [login(user, "not it") for _ in range(6)] == [401] * 5 + [429]


def test_who_locks_an_account_does_not_keep_its_owner_from_a_new_password(aws: object) -> None:
    user = add_user()
    device = {"X-Client-Id": CLIENT_ID}
    token = logged_in(user, **device)["access_token"]
    for _ in range(6):
        login(user, "not it")
    assert changed(token)["statusCode"] == 429
    assert changed(token, device)["statusCode"] == 204


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"new_password": "7 chars"}, ["/new_password"]),
        ({"new_password": "x" * 257}, ["/new_password"]),
        ({"new_password": "password1"}, ["/new_password"]),
        ({"new_password": "nul \x00 inside it"}, ["/new_password"]),
        ({"new_password": "i am User.Name!"}, ["/new_password"]),
        ({"current_password": "", "new_password": ""}, ["/current_password", "/new_password"]),
        ({"password": "a third one"}, ["/password"]),
    ],
)
def test_what_is_wrong_is_named_before_any_attempt_counts(
    aws: object, body: dict[str, str], pointers: list[str]
) -> None:
    user = add_user(email="user.name@example.com")
    token = logged_in(user)["access_token"]
    with dynamodb_faults.injected() as faults:
        answer = changed(token, **body)
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == pointers
    assert {request.operation for request in faults.requests} <= {"GetItem"}


def test_a_session_that_begins_meanwhile_with_the_old_password_ends_too(aws: object) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    others: list[str] = []
    with before_call("TransactWriteItems", lambda: others.append(logged_in(user)["access_token"])):
        assert changed(token)["statusCode"] == 204
    assert context_of(others[0]) is None
    assert stored(user).sessions.keys() == {context_of(token)["session_id"]}  # type: ignore[index]


def test_of_two_changes_at_once_one_is_made(aws: object) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    statuses: list[int] = []
    first = "the words of the first"
    with before_call("TransactWriteItems", lambda: statuses.append(changed(token, new_password=first)["statusCode"])):
        statuses.append(changed(token)["statusCode"])
    assert statuses == [204, 400]
    assert (login(user, first), login(user, NEW)) == (200, 401)


def test_a_change_whose_answer_is_lost_is_made_once(aws: object) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        assert changed(token)["statusCode"] == 204
    assert login(user, NEW) == 200


def test_a_caller_of_another_issuer_has_no_password(aws: object) -> None:
    assert answered(change_password.handler, "change_password", user_id="nobody")["statusCode"] == 403


def test_no_password_is_logged(
    aws: object, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    token = logged_in(add_user())["access_token"]
    changed(token, current_password="not it at all")
    changed(token)
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert "POST /auth/password" in logged
    for secret in (PASSWORD, NEW, "not it at all", "@example.com"):
        assert secret not in logged

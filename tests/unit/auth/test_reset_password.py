import json
from collections.abc import Callable
from typing import Any

import pytest

from auth import change_password, log_in, reset_password, update_user
from auth.limits import attempts
from auth.links import link_repository
from auth.users.repository import User, get_user
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import PASSWORD, add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.conftest import api_event
from tests.unit.interleaving import before_call

NEW: str = json.loads(api_event("auth/reset_password")["body"])["new_password"]
GONE = "The link is no longer valid."


def token_for(user: User, seconds: int = link_repository.RESET_SECONDS) -> str:
    token = link_repository.new_token()
    link_repository.add_link(stored(user), token, seconds)
    return token


def reset(token: str, new_password: str = NEW) -> dict[str, Any]:
    body = {"token": token, "new_password": new_password}
    return answered(reset_password.handler, "reset_password", body=body)


def login(user: User, password: str) -> int:
    body = {"email": user.email, "password": password}
    return int(answered(log_in.handler, "log_in", body=body)["statusCode"])


def refused(answer: dict[str, Any]) -> bool:
    assert (answer["statusCode"], answer["json"]["detail"]) == (400, GONE)
    return True


def test_the_new_password_logs_in_and_all_sessions_end(aws: object) -> None:
    user = add_user()
    tokens = [logged_in(user)["access_token"] for _ in range(2)]
    with dynamodb_faults.injected() as faults:
        answer = reset(token_for(user))
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert [request.operation for request in faults.requests].count("TransactWriteItems") == 1
    assert [context_of(token) for token in tokens] == [None, None]
    assert items("LINK") == items("SESSION#") == []
    assert (login(user, PASSWORD), login(user, NEW)) == (401, 200)


def test_an_invited_user_can_log_in_after_it(aws: object) -> None:
    user = add_user(password="")
    assert stored(user).is_invited
    assert reset(token_for(user))["statusCode"] == 204
    assert not stored(user).is_invited
    assert login(user, NEW) == 200


def test_a_link_works_once(aws: object) -> None:
    user = add_user()
    token = token_for(user)
    assert reset(token)["statusCode"] == 204
    assert refused(reset(token, "another of my passwords"))
    assert login(user, NEW) == 200


def test_of_two_uses_at_once_one_counts(aws: object) -> None:
    user = add_user()
    token = token_for(user)
    others: list[int] = []
    with before_call("TransactWriteItems", lambda: others.append(reset(token, "the words of the first")["statusCode"])):
        assert refused(reset(token))
    assert others == [204]
    assert login(user, "the words of the first") == 200


def test_a_link_is_void_after_half_an_hour(clock: Callable[[float], None]) -> None:
    user = add_user()
    tokens = [token_for(user) for _ in range(2)]
    clock(30 * 60)
    assert refused(reset(tokens[0]))
    assert len(items("LINK")) == 2
    late = token_for(user)
    clock(30 * 60 - 1)
    assert reset(late)["statusCode"] == 204


@pytest.mark.parametrize("token", ["x", "x" * 43, "é" * 43, f"{'x' * 43}\n", "x" * 200])
def test_a_link_that_was_never_made_is_no_longer_valid(aws: object, token: str) -> None:
    add_user()
    assert refused(reset(token))


def test_a_token_of_100_kb_is_refused_at_once(aws: object) -> None:
    with dynamodb_faults.injected() as faults:
        answer = reset("x" * 100_000)
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/token")
    assert "x" * 100 not in answer["body"]
    assert faults.requests == []


@pytest.mark.parametrize("chosen", ["7 chars", "x" * 257, "football", "nul \x00 inside it", "i am User.Name!"])
def test_a_bad_password_leaves_the_link_as_it_is(aws: object, chosen: str) -> None:
    user = add_user(email="user.name@example.com")
    token = token_for(user)
    answer = reset(token, chosen)
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == ["/new_password"]
    assert reset(token)["statusCode"] == 204


def test_links_of_before_another_change_of_the_password_are_void(clock: Callable[[float], None]) -> None:
    user = add_user()
    tokens = [token_for(user) for _ in range(3)]
    clock(1)
    body = {"current_password": PASSWORD, "new_password": "changed by their owner"}
    called(change_password.handler, "change_password", logged_in(user)["access_token"], body=body)
    assert refused(reset(tokens[0]))
    clock(1)
    assert reset(token_for(user))["statusCode"] == 204
    assert refused(reset(tokens[1]))


def test_a_link_outlives_changes_of_roles_but_not_the_account(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user = add_user("staff")
    tokens = [token_for(user) for _ in range(2)]
    update = {"path": {"id": user.user_id}}
    called(update_user.handler, "update_user", admin, **update, body={"active": False})
    assert refused(reset(tokens[0]))
    assert not stored(user).active
    called(update_user.handler, "update_user", admin, **update, body={"active": True, "roles": ["plans"]})
    assert reset(tokens[0])["statusCode"] == 204


def test_a_user_disabled_meanwhile_stays_so(aws: object) -> None:
    user = add_user()
    token = token_for(user)
    admin = logged_in(add_user("admin"))["access_token"]

    def disable() -> None:
        called(update_user.handler, "update_user", admin, path={"id": user.user_id}, body={"active": False})

    with before_call("TransactWriteItems", disable):
        assert refused(reset(token))
    assert not stored(user).active


def test_a_session_that_begins_meanwhile_ends_too(aws: object) -> None:
    user = add_user()
    token = token_for(user)
    others: list[str] = []
    with before_call("TransactWriteItems", lambda: others.append(logged_in(user)["access_token"])):
        assert reset(token)["statusCode"] == 204
    assert context_of(others[0]) is None


def test_it_lifts_the_limit_on_logins(aws: object) -> None:
    user = add_user()
    for _ in range(5):
        attempts.begin_attempt(attempts.LOGIN, user.email)
    assert login(user, PASSWORD) == 429
    assert reset(token_for(user))["statusCode"] == 204
    assert login(user, NEW) == 200


def test_a_reset_is_made_whole_or_not_at_all(aws: object) -> None:
    user = add_user()
    session = logged_in(user)["access_token"]
    token = token_for(user)
    for fault in dynamodb_faults.lasting("TransactWriteItems").values():
        with dynamodb_faults.injected() as faults:
            faults.last(fault, "TransactWriteItems")
            event = api_event("auth/reset_password", body={"token": token, "new_password": NEW})
            assert reset_password.handler(event, dynamodb_faults.Invocation())["statusCode"] == 503
        assert context_of(session) is not None
        assert stored(user).password_hash == user.password_hash
        assert len(items("LINK")) == 1
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        assert reset(token)["statusCode"] == 204
    assert context_of(session) is None


def test_the_token_is_kept_as_a_hash_with_an_end(aws: object) -> None:
    user = add_user()
    token = token_for(user)
    [item] = items("LINK")
    assert token not in str(item)
    assert len(token) == 43
    assert int(item["expires"]["N"]) > 1_700_000_000
    assert get_user(item["tenant"]["S"], item["user_id"]["S"]) == stored(user)

import contextlib
from dataclasses import replace
from typing import Any

import pytest

from auth import get_user, list_users, log_in, refresh_session, update_user
from auth.sessions import session_repository
from auth.users.repository import User
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import PASSWORD, add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.interleaving import before_call


@pytest.fixture
def admin(aws: object) -> str:
    """The token of an administrator."""
    return str(logged_in(add_user("admin"))["access_token"])


def updated(token: str, user: User, headers: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    return called(
        update_user.handler, "update_user", token, path={"id": user.user_id}, body=changes, headers=headers or {}
    )


def test_sessions_follow_type_and_roles_at_once(admin: str) -> None:
    user = add_user("staff", ["plans"])
    token = logged_in(user)["access_token"]
    answer = updated(admin, user, roles=["claims", "support", "claims"])
    assert (answer["statusCode"], answer["json"]["roles"]) == (200, ["claims", "support"])
    context = context_of(token)
    assert context is not None
    assert context["roles"] == "claims,support"
    answer = updated(admin, user, user_type="doctor")
    assert (answer["json"]["user_type"], answer["json"]["roles"]) == ("doctor", [])
    context = context_of(token)
    assert context is not None
    assert (context["user_type"], context["roles"]) == ("doctor", "")
    assert stored(user).user_type == "doctor"


def test_what_is_absent_or_null_stays(admin: str) -> None:
    user = add_user("staff", ["plans"], reference_id="r-1")
    before = stored(user)
    for changes in ({}, {"roles": None, "active": None}, {"user_type": "staff", "roles": ["plans"], "active": True}):
        with dynamodb_faults.injected() as faults:
            answer = updated(admin, user, **changes)
        assert answer["statusCode"] == 200
        assert answer["json"]["reference_id"] == "r-1"
        assert "TransactWriteItems" not in [request.operation for request in faults.requests]
    assert stored(user) == before


def test_a_disabled_users_sessions_end_in_the_same_transaction(admin: str) -> None:
    user = add_user("doctor")
    logins = [logged_in(user) for _ in range(3)]
    with dynamodb_faults.injected() as faults:
        answer = updated(admin, user, active=False)
    assert (answer["statusCode"], answer["json"]["active"]) == (200, False)
    assert [request.operation for request in faults.requests].count("TransactWriteItems") == 1
    assert [context_of(login["access_token"]) for login in logins] == [None] * 3
    for login in logins:
        body = {"refresh_token": login["refresh_token"]}
        assert answered(refresh_session.handler, "refresh_session", body=body)["statusCode"] == 401
    assert len(items("SESSION#")) == 1
    body = {"email": user.email, "password": PASSWORD}
    assert answered(log_in.handler, "log_in", body=body)["statusCode"] == 403
    assert updated(admin, user, active=True)["json"]["active"] is True
    logged_in(user)


def test_a_user_who_logs_in_meanwhile_is_disabled_with_the_new_session(admin: str) -> None:
    user = add_user("doctor")
    tokens: list[str] = []
    with before_call("TransactWriteItems", lambda: tokens.append(logged_in(user)["access_token"])):
        assert updated(admin, user, active=False)["statusCode"] == 200
    assert context_of(tokens[0]) is None
    assert not stored(user).active


def test_a_user_that_changes_all_the_time_is_503(admin: str) -> None:
    user = add_user("doctor")
    with before_call("TransactWriteItems", lambda: logged_in(user), times=100):
        answer = updated(admin, user, active=False)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")
    assert stored(user).active


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"user_type": "service"}, "/user_type"),
        ({"roles": ["everything"]}, "/roles/0"),
        ({"user_type": "patient", "roles": ["plans"]}, "/roles"),
        ({"user_type": "admin", "roles": ["plans"]}, "/roles"),
        ({"active": "no"}, "/active"),
        ({"email": "x@example.com"}, "/email"),
        ({"reference_id": "r-2"}, "/reference_id"),
    ],
)
def test_what_is_wrong_changes_nothing(admin: str, changes: dict[str, Any], pointer: str) -> None:
    user = add_user("staff", ["plans"])
    before = stored(user)
    answer = updated(admin, user, **changes)
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == [pointer]
    assert stored(user) == before


@pytest.mark.parametrize("changes", [{"active": False}, {"user_type": "staff"}])
def test_administrators_cannot_disable_or_demote_themselves(aws: object, changes: dict[str, Any]) -> None:
    user = add_user("admin")
    add_user("admin")
    token = logged_in(user)["access_token"]
    assert updated(token, user, **changes)["statusCode"] == 409
    assert context_of(token) is not None
    assert updated(token, user, active=True, user_type="admin")["statusCode"] == 200


def test_an_administrator_disables_and_demotes_others(admin: str) -> None:
    for changes in ({"active": False}, {"user_type": "staff", "roles": ["plans"]}):
        other = add_user("admin")
        token = logged_in(other)["access_token"]
        assert updated(admin, other, **changes)["statusCode"] == 200
        context = context_of(token)
        assert context is None or context["user_type"] == "staff"


def test_two_administrators_who_disable_each_other_at_once_leave_one(aws: object) -> None:
    one, other = add_user("admin"), add_user("admin")
    tokens = [logged_in(user)["access_token"] for user in (one, other)]
    statuses: list[int] = []
    with before_call(
        "TransactWriteItems", lambda: statuses.append(updated(tokens[1], one, active=False)["statusCode"])
    ):
        statuses.append(updated(tokens[0], other, active=False)["statusCode"])
    assert statuses == [200, 403]
    assert (stored(one).active, stored(other).active) == (False, True)


def test_an_administrator_of_another_issuer_may_disable_administrators(admin: str) -> None:
    other = add_user("admin")
    event = {"path": {"id": other.user_id}, "body": {"active": False}, "user_id": "somebody of another issuer"}
    assert answered(update_user.handler, "update_user", **event)["statusCode"] == 200


def test_a_change_needs_the_version_that_it_names(admin: str) -> None:
    user = add_user("staff")
    path = {"id": user.user_id}
    etag = called(get_user.handler, "get_user", admin, path=path)["headers"]["ETag"]
    answer = updated(admin, user, {"If-Match": etag}, roles=["plans"])
    assert answer["statusCode"] == 200
    assert updated(admin, user, {"If-Match": etag}, roles=["claims"])["statusCode"] == 412
    minimal = updated(admin, user, {"Prefer": "return=minimal"}, roles=[])
    assert (minimal["statusCode"], minimal["body"]) == (204, "")
    assert minimal["headers"]["ETag"] == called(get_user.handler, "get_user", admin, path=path)["headers"]["ETag"]


def test_users_of_other_tenants_do_not_exist_and_others_may_not(admin: str) -> None:
    stranger = add_user(tenant="other")
    assert updated(admin, stranger, active=False)["statusCode"] == 404
    assert stored(stranger).active
    for user_type, roles in (("staff", ["support", "operations"]), ("patient", [])):
        user = add_user(user_type, roles)  # type: ignore[arg-type]
        token = logged_in(user)["access_token"]
        assert updated(token, user, active=False)["statusCode"] == 403


def test_the_list_shows_the_change(admin: str) -> None:
    user = add_user("staff", ["plans"])
    updated(admin, user, roles=["claims"], active=False)
    [entry] = called(list_users.handler, "list_users", admin, query={"role": "claims"})["json"]["items"]
    assert (entry["user_id"], entry["active"]) == (user.user_id, False)


def test_a_user_is_disabled_however_many_logins_crossed(admin: str) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    # Each has read the user before any of the others began its session.
    read = stored(user)
    [session] = session_repository.list_sessions(user.tenant, user.user_id)
    begun = 0
    with contextlib.suppress(session_repository.UserChanged):
        for begun in range(120):
            session_repository.begin_session(read, replace(session, session_id=f"{begun}"))
    assert 50 < begun < 90
    logged_in(user)
    assert updated(admin, user, active=False)["statusCode"] == 200
    assert context_of(token) is None
    assert {item["pk"]["S"] for item in items("SESSION#")}.isdisjoint({f"acme#{user.user_id}"})

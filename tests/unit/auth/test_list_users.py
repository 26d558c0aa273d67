from typing import Any

import pytest

from auth import create_user, list_users, update_user
from payerworks.aws import client
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, called, logged_in
from tests.unit.auth.conftest import stored as stored_user


@pytest.fixture
def admin(aws: object) -> str:
    """The token of the only administrator; users of three types, in this tenant and another."""
    token = logged_in(add_user("admin", email="admin@example.com"))["access_token"]
    for number in (2, 0, 1):
        add_user("patient", email=f"p{number}@example.com", reference_id=f"patient-{number}")
        add_user("staff", ["claims"] if number else ["plans", "support"], email=f"s{number}@example.com")
        add_user("patient", tenant="other", email=f"o{number}@example.com")
    return str(token)


def listed(token: str, **query: str) -> dict[str, Any]:
    return called(list_users.handler, "list_users", token, query=query)


def emails(token: str, **query: str) -> list[str]:
    return [user["email"].split("@")[0] for user in listed(token, **query)["json"]["items"]]


ALL = ["p0", "p1", "p2", "s0", "s1", "s2", "admin"]


def test_the_users_of_the_tenant_are_listed_by_type_and_e_mail(admin: str) -> None:
    answer = listed(admin)
    assert [user["email"].split("@")[0] for user in answer["json"]["items"]] == ALL
    assert answer["json"]["nextCursor"] is None
    first = answer["json"]["items"][0]
    assert first.pop("user_id").startswith("u-")
    assert first.pop("created_at") > "2026"
    assert first == {
        "email": "p0@example.com",
        "user_type": "patient",
        "roles": [],
        "reference_id": "patient-0",
        "active": True,
        "invited": False,
    }
    assert "argon2" not in answer["body"]


@pytest.mark.parametrize("limit", range(1, 8))
def test_pages_follow_one_another_over_the_types(admin: str, limit: int) -> None:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = listed(admin, limit=str(limit), **cursor)
        page = [user["email"].split("@")[0] for user in answer["json"]["items"]]
        assert 0 < len(page) <= limit
        found += page
        if answer["json"]["nextCursor"] is None:
            break
        cursor = {"cursor": answer["json"]["nextCursor"]}
    assert found == ALL


def test_a_filter_finds_types_roles_and_e_mails(admin: str) -> None:
    assert emails(admin, type="patient") == ["p0", "p1", "p2"]
    assert emails(admin, type="doctor") == []
    assert emails(admin, role="claims") == ["s1", "s2"]
    assert emails(admin, role="claims", limit="1") == ["s1"]
    assert emails(admin, role="support", type="staff") == ["s0"]
    assert emails(admin, role="support", type="patient") == []
    assert emails(admin, email="S1@example.com") == ["s1"]
    assert emails(admin, email="s1@example.com", role="claims", type="staff") == ["s1"]
    assert emails(admin, email="s1@example.com", role="plans") == []
    assert emails(admin, email="s1@example.com", type="patient") == []
    assert emails(admin, email="o1@example.com") == []
    assert emails(admin, email="nobody@example.com") == []


def test_a_role_is_found_behind_a_page_of_users_without_it(admin: str) -> None:
    for number in range(100):
        add_user("staff", ["plans"], email=f"a{number}@example.com")
    with dynamodb_faults.injected() as faults:
        assert emails(admin, role="claims") == ["s1", "s2"]
    # The authorizer's read; two pages of staff; machines.
    assert [request.operation for request in faults.requests] == ["GetItem", "Query", "Query", "Query"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"type": "root"}, "/type"),
        ({"role": "root"}, "/role"),
        ({"email": "ada"}, "/email"),
        ({"limit": "101"}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
    ],
)
def test_a_wrong_filter_is_bad_input(admin: str, query: dict[str, str], pointer: str) -> None:
    answer = listed(admin, **query)
    assert answer["statusCode"] == 400
    assert answer["json"]["errors"][0]["pointer"] == pointer


def test_a_cursor_belongs_to_its_list(admin: str) -> None:
    cursor = listed(admin, limit="1")["json"]["nextCursor"]
    assert listed(admin, limit="1", cursor=cursor, type="patient")["statusCode"] == 400
    stranger = logged_in(add_user("admin", tenant="other"))["access_token"]
    assert listed(stranger, limit="1", cursor=cursor)["statusCode"] == 400


def test_a_user_whose_type_changes_is_listed_under_the_new_one(admin: str) -> None:
    user_id = called(create_user.handler, "create_user", admin)["json"]["user_id"]
    called(update_user.handler, "update_user", admin, path={"id": user_id}, body={"user_type": "doctor"})
    assert emails(admin, type="doctor") == ["grace"]
    assert emails(admin, type="staff") == ["s0", "s1", "s2"]
    assert emails(admin) == ["p0", "p1", "p2", "grace", "s0", "s1", "s2", "admin"]


def test_support_reads_users_and_others_do_not(admin: str) -> None:
    support = logged_in(add_user("staff", ["support"], email="z@example.com"))["access_token"]
    assert listed(support)["statusCode"] == 200
    for user in (add_user("staff", ["plans", "directory", "operations"]), add_user("patient"), add_user("institution")):
        assert listed(logged_in(user)["access_token"])["statusCode"] == 403


def test_a_user_of_before_there_was_a_list_is_listed_after_a_login(admin: str) -> None:
    user = add_user("doctor", email="old@example.com")
    key = {"pk": {"S": f"acme#{user.user_id}"}, "sk": {"S": "USER"}}
    old = "REMOVE user_list, list_order, password_set_at, access_version, sessions"
    client("dynamodb").update_item(TableName="AuthTable", Key=key, UpdateExpression=old)
    assert emails(admin, type="doctor") == []
    logged_in(user)
    assert emails(admin, type="doctor") == ["old"]
    assert not stored_user(user).is_invited

import pytest

from auth import get_user, update_user
from tests.unit.auth.conftest import add_user, called, logged_in


def test_an_administrator_sees_a_user_of_the_tenant(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user = add_user("staff", ["plans", "claims"], reference_id="r-1")
    answer = called(get_user.handler, "get_user", admin, path={"id": user.user_id})
    assert answer["statusCode"] == 200
    assert answer["json"].pop("created_at") > "2026"
    assert answer["json"] == {
        "user_id": user.user_id,
        "email": user.email,
        "user_type": "staff",
        "roles": ["plans", "claims"],
        "reference_id": "r-1",
        "active": True,
        "invited": False,
    }


def test_the_etag_changes_exactly_when_the_user_does(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user = add_user("staff")
    path = {"id": user.user_id}
    first = called(get_user.handler, "get_user", admin, path=path)["headers"]["ETag"]
    logged_in(user)
    known = called(get_user.handler, "get_user", admin, path=path, headers={"If-None-Match": first})
    assert (known["statusCode"], known["body"]) == (304, "")
    called(update_user.handler, "update_user", admin, path=path, body={"roles": ["plans"]})
    assert called(get_user.handler, "get_user", admin, path=path)["headers"]["ETag"] != first


@pytest.mark.parametrize("user_id", ["nobody", "", "#", "%00", "x" * 1001])
def test_an_unknown_user_is_not_found(aws: object, user_id: str) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    assert called(get_user.handler, "get_user", admin, path={"id": user_id})["statusCode"] == 404


def test_the_users_of_other_tenants_do_not_exist(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    stranger = add_user(tenant="other")
    assert called(get_user.handler, "get_user", admin, path={"id": stranger.user_id})["statusCode"] == 404


def test_only_administrators_and_support_see_users(aws: object) -> None:
    user = add_user()
    support, patient = add_user("staff", ["support"]), add_user("patient")
    for caller, status in ((support, 200), (patient, 403), (user, 403)):
        token = logged_in(caller)["access_token"]
        assert called(get_user.handler, "get_user", token, path={"id": user.user_id})["statusCode"] == status

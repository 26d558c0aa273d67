from auth import list_user_sessions
from tests.unit.auth.conftest import add_user, called, logged_in, stored


def test_an_administrator_sees_the_sessions_of_a_user(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user = add_user()
    for _ in range(2):
        logged_in(user, **{"User-Agent": "Firefox"})
    answer = called(list_user_sessions.handler, "list_user_sessions", admin, path={"id": user.user_id})
    assert answer["statusCode"] == 200
    entries = answer["json"]["items"]
    assert {entry["id"] for entry in entries} == stored(user).sessions.keys()
    assert [(entry["device"], entry["current"]) for entry in entries] == [("Firefox", False)] * 2


def test_the_current_session_is_marked(aws: object) -> None:
    user = add_user("admin")
    token = logged_in(user)["access_token"]
    answer = called(list_user_sessions.handler, "list_user_sessions", token, path={"id": user.user_id})
    assert [entry["current"] for entry in answer["json"]["items"]] == [True]


def test_users_of_other_tenants_do_not_exist_and_others_may_not(aws: object) -> None:
    admin, support, patient = add_user("admin"), add_user("staff", ["support"]), add_user()
    for caller, user, status in (
        (admin, add_user(tenant="other"), 404),
        (support, patient, 200),
        (patient, patient, 403),
    ):
        token = logged_in(caller)["access_token"]
        answer = called(list_user_sessions.handler, "list_user_sessions", token, path={"id": user.user_id})
        assert answer["statusCode"] == status

from auth import end_user_sessions, refresh_session
from tests.unit.auth.conftest import add_user, answered, called, context_of, logged_in, stored


def test_an_administrator_ends_all_sessions_of_a_user(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user, another = add_user(), logged_in(add_user())
    logins = [logged_in(user) for _ in range(2)]
    for _ in range(2):
        answer = called(end_user_sessions.handler, "end_user_sessions", admin, path={"id": user.user_id})
        assert (answer["statusCode"], answer["body"]) == (204, "")
    assert [context_of(login["access_token"]) for login in logins] == [None, None]
    for login in logins:
        body = {"refresh_token": login["refresh_token"]}
        assert answered(refresh_session.handler, "refresh_session", body=body)["statusCode"] == 401
    assert context_of(another["access_token"]) is not None
    assert stored(user).sessions == {}
    logged_in(user)


def test_users_of_other_tenants_do_not_exist_and_others_may_not(aws: object) -> None:
    victim, stranger = add_user(), add_user(tenant="other")
    tokens = [logged_in(user)["access_token"] for user in (victim, stranger)]
    for caller, user, status in (
        (add_user("admin"), stranger, 404),
        (add_user("staff", ["support", "operations"]), victim, 403),
        (victim, victim, 403),
    ):
        token = logged_in(caller)["access_token"]
        answer = called(end_user_sessions.handler, "end_user_sessions", token, path={"id": user.user_id})
        assert answer["statusCode"] == status
    assert all(context_of(token) for token in tokens)

from auth import end_user_session
from auth.users.repository import User
from tests.unit.auth.conftest import add_user, called, context_of, logged_in, stored


def ended(token: str, user: User, session_id: str) -> int:
    path = {"id": user.user_id, "session_id": session_id}
    return int(called(end_user_session.handler, "end_user_session", token, path=path)["statusCode"])


def test_an_administrator_ends_one_session_of_a_user(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    user = add_user()
    lost = logged_in(user)["access_token"]
    [lost_id] = stored(user).sessions
    kept = logged_in(user)["access_token"]
    assert ended(admin, user, lost_id) == 204
    assert context_of(lost) is None
    assert context_of(kept) is not None
    assert ended(admin, user, lost_id) == 404


def test_the_session_of_another_user_is_not_found(aws: object) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    victim, stranger = add_user(), add_user(tenant="other")
    tokens = [logged_in(user)["access_token"] for user in (victim, stranger)]
    [victims], [strangers] = stored(victim).sessions, stored(stranger).sessions
    assert ended(admin, add_user(), victims) == 404
    assert ended(admin, stranger, strangers) == 404
    assert ended(logged_in(add_user("staff", ["support"]))["access_token"], victim, victims) == 403
    assert all(context_of(token) for token in tokens)

import botocore.session

from auth import end_session
from tests.unit.auth.conftest import add_user, called, context_of, logged_in, stored


def test_a_user_ends_one_of_their_sessions(aws: botocore.session.Session) -> None:
    user = add_user()
    lost = logged_in(user)["access_token"]
    [lost_id] = stored(user).sessions
    token = logged_in(user)["access_token"]
    assert called(end_session.handler, "end_session", token, path={"id": lost_id})["statusCode"] == 204
    assert context_of(lost) is None
    assert called(end_session.handler, "end_session", token, path={"id": lost_id})["statusCode"] == 404


def test_the_session_of_another_user_does_not_exist(aws: botocore.session.Session) -> None:
    victim = add_user()
    token = logged_in(victim)["access_token"]
    [session_id] = stored(victim).sessions
    for tenant in ("acme", "other"):
        stranger = logged_in(add_user(tenant=tenant))["access_token"]
        assert called(end_session.handler, "end_session", stranger, path={"id": session_id})["statusCode"] == 404
    assert context_of(token) is not None

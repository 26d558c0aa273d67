import botocore.session

from auth import get_session, log_out
from tests.unit.auth.conftest import add_user, called, logged_in


def test_a_session_that_has_ended_is_401_even_behind_a_cached_verdict(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    assert called(get_session.handler, "get_session", token)["json"]["valid"] is True
    called(log_out.handler, "log_out", token)
    assert called(get_session.handler, "get_session", token)["statusCode"] == 401

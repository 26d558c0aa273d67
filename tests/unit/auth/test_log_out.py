import botocore.session

from auth import log_out, refresh_session
from tests.unit.auth.conftest import add_user, answered, called, context_of, items, logged_in, stored


def test_a_logout_ends_the_session_with_all_its_tokens_and_no_other(aws: botocore.session.Session) -> None:
    user = add_user()
    ended, other = logged_in(user), logged_in(user)
    answer = called(log_out.handler, "log_out", ended["access_token"])
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert context_of(ended["access_token"]) is None
    body = {"refresh_token": ended["refresh_token"]}
    assert answered(refresh_session.handler, "refresh_session", body=body)["statusCode"] == 401
    assert context_of(other["access_token"]) is not None
    assert len(stored(user).sessions) == len(items("SESSION#")) == 1


def test_the_next_use_of_the_token_is_401(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    called(log_out.handler, "log_out", token)
    assert called(log_out.handler, "log_out", token) == {"statusCode": 401, "refused": True}

import botocore.session

from auth import log_out_everywhere
from tests.unit.auth.conftest import add_user, called, context_of, items, logged_in, stored


def test_all_sessions_of_the_caller_end_and_no_others(aws: botocore.session.Session) -> None:
    user, other = add_user(), add_user()
    tokens = [logged_in(user)["access_token"] for _ in range(3)]
    kept = logged_in(other)["access_token"]
    assert called(log_out_everywhere.handler, "log_out_everywhere", tokens[1])["statusCode"] == 204
    assert [context_of(token) for token in tokens] == [None] * 3
    assert stored(user).sessions == {}
    assert context_of(kept) is not None
    assert len(items("SESSION#")) == 1

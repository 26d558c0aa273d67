from collections.abc import Callable

import botocore.session

from auth import list_sessions
from tests.unit.auth.conftest import CLIENT_ID, add_user, called, logged_in, stored


def test_a_user_sees_their_own_sessions_with_device_and_address(aws: botocore.session.Session) -> None:
    user = add_user()
    logged_in(user, **{"User-Agent": "Safari\u0007 on a phone"})
    logged_in(add_user())
    token = logged_in(user, **{"User-Agent": "Firefox", "X-Client-Id": CLIENT_ID})["access_token"]
    answer = called(list_sessions.handler, "list_sessions", token)
    assert answer["json"]["nextCursor"] is None
    newest, oldest = answer["json"]["items"]
    assert (newest["device"], newest["address"], newest["current"]) == ("Firefox", "127.0.0.1", True)
    assert (oldest["device"], oldest["current"]) == ("Safari on a phone", False)
    assert {newest["id"], oldest["id"]} == stored(user).sessions.keys()
    assert newest["created_at"] == newest["last_used_at"] < newest["expires_at"]
    assert CLIENT_ID not in answer["body"]


def test_sessions_that_have_ended_are_not_listed(clock: Callable[[float], None]) -> None:
    user = add_user()
    logged_in(user)
    clock(30 * 24 * 3600)
    token = logged_in(user)["access_token"]
    assert len(called(list_sessions.handler, "list_sessions", token)["json"]["items"]) == 1
    assert len(stored(user).sessions) == 1

"""Sessions of a browser: the refresh token is in a cookie that no script and no other site can use."""

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import log_in, log_out, log_out_everywhere, refresh_session
from auth.sessions.session import GRACE_SECONDS
from auth.users.repository import User
from payerworks.http import HttpHandler
from tests.unit.auth.authenticator import log_in_with, login_options, registered
from tests.unit.auth.conftest import PASSWORD, add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.auth.second_factors import code_of, confirmed

Clock = Callable[[float], None]
BY_COOKIE = {"X-Session": "cookie"}
ATTRIBUTES = "HttpOnly; Secure; SameSite=Strict"
CLEARED = f"payerworks_refresh=; Max-Age=0; {ATTRIBUTES}"
DAY = 24 * 3600


@pytest.fixture
def user(clock: Clock) -> User:
    return add_user("staff", ["claims"])


def login(user: User, headers: dict[str, str] = BY_COOKIE, **further: str) -> dict[str, Any]:
    body = {"email": user.email, "password": PASSWORD, **further}
    return answered(log_in.handler, "log_in", body=body, headers=headers)


def refresh(cookie: str, body: Any = None, **headers: str | None) -> dict[str, Any]:
    """The answer to a refresh with a cookie; `body` is empty, as browsers send it."""
    content = {"Content-Type": None} if body is None else {}
    sent = {"Cookie": f"payerworks_refresh={cookie}"} | BY_COOKIE | content | headers
    return answered(refresh_session.handler, "refresh_session", body=body, headers=sent)


def cookie_of(answer: dict[str, Any]) -> str:
    """The token in the cookie that an answer sets."""
    assert answer["statusCode"] == 200, answer["body"]
    name, _, token = answer["headers"]["Set-Cookie"].split(";")[0].partition("=")
    assert name == "payerworks_refresh"
    return str(token)


def test_a_login_by_cookie_answers_no_refresh_token_but_sets_the_cookie(user: User) -> None:
    answer = login(user)
    token = cookie_of(answer)
    assert answer["headers"]["Set-Cookie"] == f"payerworks_refresh={token}; Max-Age={30 * DAY}; {ATTRIBUTES}"
    assert answer["json"].keys() == logged_in(user).keys() - {"refresh_token"}
    assert token not in answer["body"]
    assert context_of(answer["json"]["access_token"]) is not None


def test_a_call_that_does_not_ask_for_the_cookie_gets_none(user: User) -> None:
    by_body = login(user, {"Cookie": f"payerworks_refresh={cookie_of(login(user))}"})
    assert "Set-Cookie" not in by_body["headers"]
    assert by_body["json"]["refresh_token"]
    body = {"refresh_token": by_body["json"]["refresh_token"]}
    answer = answered(refresh_session.handler, "refresh_session", body=body)
    assert "Set-Cookie" not in answer["headers"]
    assert answer["json"]["refresh_token"]
    refused = answered(refresh_session.handler, "refresh_session", body={"refresh_token": "x"})
    assert (refused["statusCode"], "Set-Cookie" in refused["headers"]) == (401, False)
    token = answer["json"]["access_token"]
    assert "Set-Cookie" not in called(log_out.handler, "log_out", token)["headers"]


def test_a_login_with_a_second_factor_or_a_passkey_takes_the_cookie_too(user: User, clock: Clock) -> None:
    token = logged_in(user)["access_token"]
    passkey, enrolment = registered(token), confirmed(token)
    clock(30)
    by_code = login(user, otp=code_of(enrolment["secret"]))
    by_passkey = log_in_with(passkey.get(login_options()), **BY_COOKIE)
    for answer in (by_code, by_passkey):
        assert "refresh_token" not in answer["json"]
        assert refresh(cookie_of(answer))["statusCode"] == 200


def test_a_refresh_rotates_the_token_in_the_cookie(user: User, clock: Clock) -> None:
    first = login(user)
    clock(DAY)
    second = refresh(cookie_of(first))
    assert second["json"].keys() == first["json"].keys()
    assert f"Max-Age={29 * DAY};" in second["headers"]["Set-Cookie"]
    third = refresh(cookie_of(second), body={})
    assert len({cookie_of(answer) for answer in (first, second, third)}) == 3
    assert context_of(third["json"]["access_token"]) is not None


def test_the_cookie_is_found_between_others(user: User) -> None:
    token = cookie_of(login(user))
    others = f"a=payerworks_refresh; payerworks_refresh_old=1; payerworks_refresh={token}; b"
    assert refresh("", Cookie=others)["statusCode"] == 200


def test_a_cookie_that_is_sent_again_at_once_gets_the_same_answer(user: User, clock: Clock) -> None:
    """As after an answer that was lost, or from two tabs at the same moment."""
    token = cookie_of(login(user))
    first = refresh(token)
    clock(GRACE_SECONDS - 1)
    again = refresh(token)
    assert (again["body"], cookie_of(again)) == (first["body"], cookie_of(first))


def test_an_old_cookie_ends_the_session_and_is_cleared(user: User, clock: Clock) -> None:
    old = cookie_of(login(user))
    second = refresh(old)
    clock(GRACE_SECONDS + 1)
    replayed = refresh(old)
    assert (replayed["statusCode"], replayed["headers"]["Set-Cookie"]) == (401, CLEARED)
    assert context_of(second["json"]["access_token"]) is None
    dead = refresh(cookie_of(second))
    assert (dead["statusCode"], dead["headers"]["Set-Cookie"]) == (401, CLEARED)


def test_a_browser_without_a_cookie_is_refused_and_never_held_up(user: User) -> None:
    """A page asks as it loads, whoever opens it, and many people may share an address."""
    for _ in range(30):
        answer = refresh("", Cookie=None)
        assert (answer["statusCode"], answer["headers"]["Set-Cookie"]) == (401, CLEARED)
    assert items("LIMIT") == []


def test_a_refresh_that_comes_too_soon_leaves_the_cookie(user: User) -> None:
    token = cookie_of(login(user))
    answer = refresh(token)
    while answer["statusCode"] == 200:
        token = cookie_of(answer)
        answer = refresh(token)
    assert answer["statusCode"] == 429
    assert "Set-Cookie" not in answer["headers"]


def test_a_cookie_counts_only_with_the_header(user: User, clock: Clock) -> None:
    """Another site can make a browser send the cookie at most, and never the header."""
    token = cookie_of(login(user))
    for body in ({}, None):
        answer = refresh(token, body, **{"X-Session": None, "Content-Type": "application/json"})
        assert (answer["statusCode"], "Set-Cookie" in answer["headers"]) == (400, False)
    clock(GRACE_SECONDS + 1)
    assert refresh(token)["statusCode"] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_a_cookie_never_counts_for_a_page_of_another_origin(user: User, clock: Clock, site: str) -> None:
    first = login(user)
    token, access_token = cookie_of(first), first["json"]["access_token"]
    elsewhere = BY_COOKIE | {"Sec-Fetch-Site": site}
    refused = [login(user, elsewhere), refresh(token, **elsewhere)]
    for handler, name in ((log_out.handler, "log_out"), (log_out_everywhere.handler, "log_out_everywhere")):
        refused.append(called(handler, name, access_token, headers=elsewhere))
    assert [(answer["statusCode"], "Set-Cookie" in answer["headers"]) for answer in refused] == [(403, False)] * 4
    assert len(stored(user).sessions) == 1
    clock(GRACE_SECONDS + 1)
    assert refresh(token, **{"Sec-Fetch-Site": "same-origin"})["statusCode"] == 200


def test_another_word_than_cookie_is_bad_input(user: User) -> None:
    token = cookie_of(login(user))
    assert login(user, {"X-Session": "body"})["statusCode"] == 400
    assert refresh(token, **{"X-Session": ""})["statusCode"] == 400
    assert len(stored(user).sessions) == 1


def test_a_refresh_by_cookie_takes_no_token_beside_it(user: User, clock: Clock) -> None:
    cookie, token = cookie_of(login(user)), logged_in(user)["refresh_token"]
    assert refresh(cookie, {"refresh_token": token})["statusCode"] == 400
    clock(GRACE_SECONDS + 1)
    assert refresh(cookie)["statusCode"] == 200
    assert answered(refresh_session.handler, "refresh_session", body={"refresh_token": token})["statusCode"] == 200


@pytest.mark.parametrize(
    ("handler", "name"), [(log_out.handler, "log_out"), (log_out_everywhere.handler, "log_out_everywhere")]
)
def test_a_logout_clears_the_cookie(user: User, handler: HttpHandler, name: str) -> None:
    first = login(user)
    answer = called(handler, name, first["json"]["access_token"], headers=BY_COOKIE)
    assert (answer["statusCode"], answer["headers"]["Set-Cookie"]) == (204, CLEARED)
    assert refresh(cookie_of(first))["statusCode"] == 401


def test_no_cookie_is_logged_or_stored_or_in_a_body(
    user: User, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    first = login(user)
    second = refresh(cookie_of(first))
    kept = str(items("SESSION#"))
    clock(GRACE_SECONDS + 1)
    answers = [first, second, refresh(cookie_of(second)), refresh(cookie_of(first)), refresh(cookie_of(second))]
    assert [answer["statusCode"] for answer in answers] == [200, 200, 200, 401, 401]
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert '"RefreshTokenReused": 1' in logged
    for token in map(cookie_of, answers[:3]):
        for text in (logged, kept, *(answer["body"] for answer in answers)):
            assert token[-30:] not in text


def test_a_cookie_that_was_never_issued_is_cleared(aws: botocore.session.Session) -> None:
    answer = refresh("x")
    assert (answer["statusCode"], answer["headers"]["Set-Cookie"]) == (401, CLEARED)

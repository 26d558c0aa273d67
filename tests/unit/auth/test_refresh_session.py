from collections.abc import Callable

import botocore.session
import jwt
import pytest

from auth import log_out_everywhere, refresh_session
from auth.sessions import session_repository
from auth.sessions.refresh_token import SessionKey, new_refresh_token
from auth.sessions.session import GRACE_SECONDS
from auth.users.repository import User
from tests.unit.auth.conftest import add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.interleaving import before_call

Clock = Callable[[float], None]


@pytest.fixture
def user(aws: botocore.session.Session) -> User:
    return add_user("staff", ["claims"])


def refresh(token: str, **changes: object) -> dict[str, object]:
    return answered(refresh_session.handler, "refresh_session", body={"refresh_token": token}, **changes)


def test_a_refresh_answers_a_new_pair_of_the_same_session(user: User) -> None:
    first = logged_in(user)
    answer = refresh(first["refresh_token"])
    assert answer["statusCode"] == 200
    pair = answer["json"]
    assert isinstance(pair, dict)
    assert pair.keys() == first.keys()
    assert pair["refresh_token"] != first["refresh_token"]
    assert pair["access_token"] != first["access_token"]
    sessions = [jwt.decode(each["access_token"], options={"verify_signature": False})["sid"] for each in (first, pair)]
    assert sessions[0] == sessions[1]
    assert context_of(pair["access_token"]) is not None


def test_the_same_token_gets_the_same_pair_for_some_seconds(user: User, clock: Clock) -> None:
    token = logged_in(user)["refresh_token"]
    first = refresh(token)
    clock(GRACE_SECONDS - 1)
    again = refresh(token)
    assert (again["statusCode"], again["body"]) == (200, first["body"])


def test_a_token_that_is_used_again_later_ends_the_session_and_its_access_tokens(user: User, clock: Clock) -> None:
    other = logged_in(user)
    first = logged_in(user)
    second = refresh(first["refresh_token"])["json"]
    assert isinstance(second, dict)
    clock(GRACE_SECONDS + 1)
    replayed = refresh(first["refresh_token"])
    assert replayed["statusCode"] == 401
    assert refresh(second["refresh_token"])["statusCode"] == 401
    assert context_of(second["access_token"]) is None
    assert context_of(first["access_token"]) is None
    assert context_of(other["access_token"]) is not None
    assert len(stored(user).sessions) == 1


def test_five_refreshes_of_one_token_at_once_are_one_rotation(user: User) -> None:
    """The first has read the session, and is about to rotate it, when four others refresh."""
    token = logged_in(user)["refresh_token"]
    answers: list[dict[str, object]] = []

    def refresh_four() -> None:
        answers.extend(refresh(token) for _ in range(4))

    with before_call("UpdateItem", refresh_four, number=1):  # the call before it counts the attempt
        answers.append(refresh(token))
    assert [answer["statusCode"] for answer in answers] == [200] * 5
    assert len({str(answer["body"]) for answer in answers}) == 1
    pair = answers[0]["json"]
    assert isinstance(pair, dict)
    assert context_of(pair["access_token"]) is not None
    assert refresh(pair["refresh_token"])["statusCode"] == 200


def test_a_session_that_ends_during_its_refresh_stays_ended(user: User) -> None:
    token = logged_in(user)["refresh_token"]

    def end_all() -> None:
        session_repository.end_sessions(stored(user), stored(user).sessions)

    with before_call("UpdateItem", end_all, number=1):
        assert refresh(token)["statusCode"] == 401
    assert items("SESSION#") == []


def test_a_token_that_was_never_issued_is_refused_and_ends_nothing(user: User) -> None:
    tokens = logged_in(user)
    [session_id] = stored(user).sessions
    forged = new_refresh_token(SessionKey(user.tenant, user.user_id, session_id))
    for token in ("x", "a.b", tokens["access_token"], forged[:-4] + "AAAA", "A" * 2048):
        answer = refresh(token)
        assert answer["statusCode"] == 401
        assert "invalid_token" in str(answer["headers"])
    assert refresh(tokens["refresh_token"])["statusCode"] == 200


def test_refused_tokens_limit_their_address(user: User, clock: Clock) -> None:
    statuses = [refresh("x")["statusCode"] for _ in range(25)]
    assert statuses[:20] == [401] * 20
    assert set(statuses[20:]) == {429}
    assert refresh(logged_in(user)["refresh_token"])["statusCode"] == 200


def test_a_session_that_has_ended_is_not_refreshed(user: User, clock: Clock) -> None:
    tokens = logged_in(user)
    assert called(log_out_everywhere.handler, "log_out_everywhere", tokens["access_token"])["statusCode"] == 204
    assert refresh(tokens["refresh_token"])["statusCode"] == 401
    late = logged_in(user)
    clock(30 * 24 * 3600)
    assert refresh(late["refresh_token"])["statusCode"] == 401


def test_a_refresh_does_not_prolong_the_session(user: User, clock: Clock) -> None:
    tokens = logged_in(user)
    [end] = stored(user).sessions.values()
    clock(30 * 24 * 3600 - 600)
    pair = refresh(tokens["refresh_token"])["json"]
    assert isinstance(pair, dict)
    assert 0 < pair["expires_in"] <= 600
    assert list(stored(user).sessions.values()) == [end]


def test_the_table_has_no_token(user: User) -> None:
    tokens = logged_in(user)
    pair = refresh(tokens["refresh_token"])["json"]
    assert isinstance(pair, dict)
    kept = str(items("SESSION#"))
    assert "sealed_answer" in kept
    for token in (tokens["refresh_token"], pair["refresh_token"], pair["access_token"]):
        assert token not in kept
        assert token[-40:] not in kept


def test_no_token_is_logged(user: User, capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    token = logged_in(user)["refresh_token"]
    refresh(token)
    clock(GRACE_SECONDS + 1)
    assert refresh(token)["statusCode"] == 401
    logged = capsys.readouterr().out
    assert '"RefreshTokenReused": 1' in logged
    assert token[-30:] not in logged


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 1}, {"refresh_token": "A" * 2049}])
def test_a_request_without_a_usable_token_is_bad_input(aws: botocore.session.Session, body: object) -> None:
    assert answered(refresh_session.handler, "refresh_session", body=body)["statusCode"] == 400

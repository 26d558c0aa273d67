from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import confirm_mfa, enrol_mfa, refresh_session, remove_mfa
from auth.sessions.enrolment import ENROLMENT_ROUTES
from auth.users.rights import rights_of
from tests.unit.auth.authenticator import Authenticator, add, creation_options
from tests.unit.auth.conftest import add_user, answered, called, context_of, logged_in, stored
from tests.unit.auth.second_factors import code_of, confirm, confirmed, enrolled, login
from tests.unit.interleaving import before_call


def test_a_login_needs_a_code_from_the_confirmation_on(clock: Callable[[float], None]) -> None:
    user = add_user()
    secret = confirmed(logged_in(user)["access_token"])["secret"]
    assert login(user)["statusCode"] == 401
    clock(30)
    assert login(user, otp=code_of(secret))["statusCode"] == 200


def test_a_wrong_code_confirms_nothing(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    enrolment = enrolled(token)
    for otp in (code_of(enrolment["secret"], 5), enrolment["recovery_codes"][0]):
        answer = confirm(token, otp)
        assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/otp")
    assert login(user)["statusCode"] == 200


def test_there_must_be_something_to_confirm(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    assert confirm(token, "123456")["statusCode"] == 409
    secret = confirmed(token)["secret"]
    assert confirm(token, code_of(secret, 1))["statusCode"] == 409


def test_the_code_of_a_confirmation_is_used(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    secret = confirmed(token)["secret"]
    assert login(user, otp=code_of(secret))["statusCode"] == 401
    answer = called(remove_mfa.handler, "remove_mfa", token, body={"otp": code_of(secret)})
    assert answer["statusCode"] == 400


def test_codes_cannot_be_tried_one_after_another(clock: Callable[[float], None]) -> None:
    token = logged_in(add_user())["access_token"]
    secret = enrolled(token)["secret"]
    assert [confirm(token, "no code")["statusCode"] for _ in range(6)] == [400] * 5 + [429]
    clock(1)
    assert confirm(token, code_of(secret))["statusCode"] == 204
    removals = [called(remove_mfa.handler, "remove_mfa", token, body={"otp": "no code"}) for _ in range(6)]
    assert [answer["statusCode"] for answer in removals] == [400] * 5 + [429]


@pytest.mark.parametrize("body", [{}, {"otp": ""}, {"otp": 123456}, {"otp": "1" * 65}, {"otp": "123456", "x": 1}])
def test_a_bad_request_is_refused(aws: botocore.session.Session, body: dict[str, Any]) -> None:
    token = logged_in(add_user())["access_token"]
    enrolled(token)
    for handler, name in ((confirm_mfa.handler, "confirm_mfa"), (remove_mfa.handler, "remove_mfa")):
        answer = called(handler, name, token, body=body)
        assert (answer["statusCode"], answer["json"]["title"]) == (400, "Bad input")


def test_of_two_confirmations_at_once_one_wins(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    secret = enrolled(token)["secret"]
    statuses: list[int] = []
    with before_call("TransactWriteItems", lambda: statuses.append(confirm(token, code_of(secret))["statusCode"])):
        statuses.append(confirm(token, code_of(secret))["statusCode"])
    assert statuses == [204, 409]


def test_an_enrolment_that_comes_between_is_not_confirmed_by_the_code_of_another(
    aws: botocore.session.Session,
) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    first, second = enrolled(token), dict[str, Any]()
    with before_call("TransactWriteItems", lambda: second.update(enrolled(token))):
        assert confirm(token, code_of(first["secret"]))["statusCode"] == 400
    factor = stored(user).factor
    assert factor is not None
    assert (factor.secret, factor.is_confirmed) == (second["secret"], False)


def test_a_login_that_began_before_the_confirmation_begins_no_session(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    secret = enrolled(token)["secret"]
    with before_call("TransactWriteItems", lambda: confirm(token, code_of(secret))):
        assert login(user)["statusCode"] == 401
    assert len(stored(user).sessions) == 1


def test_a_confirmation_lifts_the_limit_of_its_session_alone(
    clock: Callable[[float], None], environment: Callable[..., None]
) -> None:
    user = add_user("staff", ["claims"])
    environment(MFA_REQUIRED="staff,admin")
    tokens, other = login(user)["json"], login(user)["json"]["access_token"]
    pending = creation_options(other)
    secret = confirmed(tokens["access_token"])["secret"]
    assert rights(tokens["access_token"]) == list(rights_of("staff", ["claims"]))
    refreshed = answered(refresh_session.handler, "refresh_session", body={"refresh_token": tokens["refresh_token"]})
    assert "mfa_enrolment_required" not in refreshed["json"]
    clock(30)
    assert "mfa_enrolment_required" not in login(user, otp=code_of(secret))["json"]
    # It knows the password, and perhaps nothing else of its user.
    assert rights(other) == list(ENROLMENT_ROUTES)
    assert add(other, Authenticator().create(pending))["statusCode"] == 403
    assert called(enrol_mfa.handler, "enrol_mfa", other)["statusCode"] == 403
    assert confirm(other, code_of(secret, 1))["statusCode"] == 403
    assert rights(other) == list(ENROLMENT_ROUTES)


def test_of_two_enrolments_at_once_by_sessions_that_showed_no_factor_one_wins(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    user = add_user("staff", ["claims"])
    environment(MFA_REQUIRED="staff,admin")
    first, second = (login(user)["json"]["access_token"] for _ in range(2))
    options, secret = creation_options(second), enrolled(first)["secret"]
    with before_call("TransactWriteItems", lambda: confirm(first, code_of(secret))):
        assert add(second, Authenticator().create(options))["statusCode"] == 403
    assert (rights(first), rights(second)) == (list(rights_of("staff", ["claims"])), list(ENROLMENT_ROUTES))


def rights(token: str) -> list[str]:
    """The routes that the authorizer gives a token."""
    context = context_of(token)
    assert context is not None
    return context["rights"].split(",")

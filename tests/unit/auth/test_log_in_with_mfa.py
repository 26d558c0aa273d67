"""Logins of users with a second factor, and of those who need one."""

import re
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import log_in, refresh_session, verify_token
from auth.limits import attempts
from auth.sessions.enrolment import ENROLMENT_ROUTES
from auth.sessions.session_repository import change_user
from auth.users.repository import User
from payerworks.settings import settings
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, answered, called, context_of, items, logged_in, stored
from tests.unit.auth.second_factors import code_of, confirmed, login
from tests.unit.conftest import TEMPLATE
from tests.unit.interleaving import before_call


@pytest.fixture
def user(clock: Callable[[float], None]) -> User:
    return add_user()


@pytest.fixture
def factor(user: User, clock: Callable[[float], None]) -> dict[str, Any]:
    """The user's second factor, with a code that is not used."""
    enrolment = confirmed(logged_in(user)["access_token"])
    clock(60)
    return enrolment


def test_the_right_password_alone_is_told_that_a_code_is_needed(user: User, factor: dict[str, Any]) -> None:
    answer = login(user)
    assert answer["statusCode"] == 401
    assert answer["json"]["mfa_required"] is True
    assert answer["json"]["type"] == "urn:payerworks:problem:unauthorized"
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("otp", ["", "123456"])
def test_a_wrong_password_learns_nothing_of_the_second_factor(user: User, factor: dict[str, Any], otp: str) -> None:
    body = {"email": user.email, "password": "not it at all", "otp": otp}
    with_factor = answered(log_in.handler, "log_in", body=body)
    without = answered(log_in.handler, "log_in", body=body | {"email": add_user().email})
    assert with_factor["statusCode"] == 401
    assert with_factor["body"] == without["body"]


def test_a_code_is_taken_with_blanks(user: User, factor: dict[str, Any]) -> None:
    code = code_of(factor["secret"])
    assert login(user, otp=f" {code[:3]} {code[3:]}")["statusCode"] == 200


def test_a_code_is_used_once(user: User, factor: dict[str, Any]) -> None:
    code = code_of(factor["secret"])
    assert [login(user, otp=code)["statusCode"] for _ in range(2)] == [200, 401]
    # The code of the step before, which is tolerated otherwise, and of the next one.
    assert login(user, otp=code_of(factor["secret"], -1))["statusCode"] == 401
    assert login(user, otp=code_of(factor["secret"], 1))["statusCode"] == 200


def test_a_recovery_code_is_used_once_in_any_spelling(user: User, factor: dict[str, Any]) -> None:
    first, *others = factor["recovery_codes"]
    assert [login(user, otp=first.upper().replace("-", " "))["statusCode"] for _ in range(2)] == [200, 401]
    assert [login(user, otp=code)["statusCode"] for code in others] == [200] * 9
    assert login(user)["json"]["mfa_required"] is True
    assert [login(user, otp=code)["statusCode"] for code in others[:3]] == [401] * 3
    assert login(user, otp=code_of(factor["secret"]))["statusCode"] == 200


@pytest.mark.parametrize("recovery", [False, True])
def test_of_two_logins_at_once_with_one_code_one_wins(user: User, factor: dict[str, Any], recovery: bool) -> None:
    code = factor["recovery_codes"][0] if recovery else code_of(factor["secret"])
    statuses: list[int] = []
    with before_call("TransactWriteItems", lambda: statuses.append(login(user, otp=code)["statusCode"])):
        statuses.append(login(user, otp=code)["statusCode"])
    assert statuses == [200, 401]
    assert len(stored(user).sessions) == 2


def test_a_login_whose_answer_was_lost_has_used_its_code_once(user: User, factor: dict[str, Any]) -> None:
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        answer = login(user, otp=code_of(factor["secret"]))
    assert answer["statusCode"] == 200
    assert len(stored(user).sessions) == 2


def test_wrong_codes_count_as_attempts(user: User, factor: dict[str, Any]) -> None:
    assert [login(user, otp="000000")["statusCode"] for _ in range(6)] == [401] * 5 + [429]
    assert login(user, otp=code_of(factor["secret"]))["statusCode"] == 429


def test_asking_for_a_code_does_not_hold_up_the_network(user: User, factor: dict[str, Any]) -> None:
    def counted() -> int:
        key = attempts.limit_key(attempts.LOGIN_ADDRESS, "127.0.0.1")
        [item] = [item for item in items("LIMIT") if item["pk"] == key["pk"]]
        return int(item["attempts"]["N"])

    before = counted()
    login(user)
    assert counted() == before
    login(user, otp="000000")
    assert counted() == before + 1


@pytest.mark.parametrize("otp", [1, None, "1" * 65])
def test_what_is_no_code_is_bad_input(user: User, factor: dict[str, Any], otp: object) -> None:
    body = {"email": user.email, "password": "any", "otp": otp}
    answer = answered(log_in.handler, "log_in", body=body)
    assert (answer["statusCode"], [fault["pointer"] for fault in answer["json"]["errors"]]) == (400, ["/otp"])


def test_a_code_of_a_user_without_a_second_factor_is_ignored(user: User) -> None:
    assert login(user, otp="123456")["statusCode"] == 200


def test_no_type_of_user_needs_a_second_factor_locally(aws: botocore.session.Session) -> None:
    assert settings().mfa_required == ()
    assert "mfa_enrolment_required" not in login(add_user("admin"))["json"]


@pytest.mark.parametrize(
    ("setting", "types"), [("none", ()), ("staff,admin", ("staff", "admin")), ("doctor", ("doctor",))]
)
def test_the_setting_names_the_types_that_need_one(
    environment: Callable[..., None], setting: str, types: tuple[str, ...]
) -> None:
    environment(MFA_REQUIRED=setting)
    assert settings().mfa_required == types


def holds(condition: Any, parameters: dict[str, str]) -> bool:
    """Whether a condition of the template holds (CloudFormation's condition functions)."""
    [(function, given)] = condition.items()
    if function == "Condition":
        return holds(TEMPLATE.template["Conditions"][given], parameters)
    if function == "Not":
        return not holds(given[0], parameters)
    if function == "Or":
        return any(holds(each, parameters) for each in given)
    assert function == "Equals"
    left, right = (parameters[value["Ref"]] if isinstance(value, dict) else value for value in given)
    return bool(left == right)


@pytest.mark.parametrize(
    ("stage", "parameter", "setting"),
    [
        ("local", "", ""),
        ("dev", "", ""),
        ("prod", "", "staff,admin"),
        ("test", "", "staff,admin"),
        ("prod", "none", "none"),
        ("prod", "admin", "admin"),
        ("dev", "doctor,staff", "doctor,staff"),
    ],
)
def test_staff_and_administrators_need_one_where_data_is_kept(stage: str, parameter: str, setting: str) -> None:
    parameters = {"Stage": stage, "MfaRequired": parameter}
    variables = TEMPLATE.template["Globals"]["Function"]["Environment"]["Variables"]
    name, chosen, default = variables["MFA_REQUIRED"]["If"]
    assert chosen == {"Ref": "MfaRequired"}
    assert (parameter if holds({"Condition": name}, parameters) else default) == setting


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("", True), ("none", True), ("staff,admin", True), ("patient", True), ("root", False), ("none,admin", False)],
)
def test_the_parameter_takes_types_of_people_only(text: str, allowed: bool) -> None:
    pattern = TEMPLATE.template["Parameters"]["MfaRequired"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, text)) == allowed


@pytest.mark.parametrize("user_type", ["staff", "admin"])
def test_who_needs_a_second_factor_may_only_enrol_one(
    aws: botocore.session.Session, environment: Callable[..., None], user_type: Any
) -> None:
    environment(MFA_REQUIRED="staff,admin")
    tokens = login(add_user(user_type, ["claims"] if user_type == "staff" else []))["json"]
    assert tokens["mfa_enrolment_required"] is True
    context = context_of(tokens["access_token"])
    assert context is not None
    assert set(context["rights"].split(",")) == set(ENROLMENT_ROUTES)
    body = {"refresh_token": tokens["refresh_token"]}
    refreshed = answered(refresh_session.handler, "refresh_session", body=body)["json"]
    assert refreshed["mfa_enrolment_required"] is True
    context = context_of(refreshed["access_token"])
    assert context is not None
    assert set(context["rights"].split(",")) == set(ENROLMENT_ROUTES)
    assert called(verify_token.handler, "verify_token", refreshed["access_token"])["statusCode"] == 403


def test_a_session_that_may_only_enrol_is_not_vouched_for(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff")
    token, caller = (login(add_user(user_type))["json"]["access_token"] for user_type in ("staff", "admin"))
    answer = called(verify_token.handler, "verify_token", caller, body={"token": token})
    assert answer["json"] == {"valid": False, "payload": None}


def test_who_needs_no_second_factor_is_not_limited(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff,admin")
    tokens = login(add_user("patient"))["json"]
    assert "mfa_enrolment_required" not in tokens
    context = context_of(tokens["access_token"])
    assert context is not None
    assert "GET /v1/plan" in context["rights"].split(",")


def test_a_change_of_type_limits_the_sessions_there_are(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    environment(MFA_REQUIRED="staff,admin")
    user = add_user("patient")
    token = logged_in(user)["access_token"]
    change_user(stored(user), {"user_type": {"S": "staff"}})
    context = context_of(token)
    assert context is not None
    assert set(context["rights"].split(",")) == set(ENROLMENT_ROUTES)

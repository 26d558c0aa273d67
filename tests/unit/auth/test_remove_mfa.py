from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import remove_mfa
from tests.unit.auth.conftest import add_user, called, items, logged_in, stored
from tests.unit.auth.passkeys import stored_passkey
from tests.unit.auth.second_factors import code_of, confirmed, login
from tests.unit.interleaving import before_call


def remove(token: str, otp: str) -> dict[str, Any]:
    return called(remove_mfa.handler, "remove_mfa", token, body={"otp": otp})


@pytest.mark.parametrize("recovery", [False, True])
def test_a_code_removes_the_second_factor(clock: Callable[[float], None], recovery: bool) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    enrolment = confirmed(token)
    clock(30)
    code = enrolment["recovery_codes"][3] if recovery else code_of(enrolment["secret"])
    assert remove(token, code)["statusCode"] == 204
    assert login(user)["statusCode"] == 200
    assert stored(user).factor is None
    assert enrolment["secret"] not in str(items())
    assert confirmed(token)["secret"] != enrolment["secret"]


def test_a_wrong_code_removes_nothing(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    confirmed(token)
    assert remove(token, "000000")["statusCode"] == 400
    assert login(user)["statusCode"] == 401


def test_without_a_second_factor_there_is_nothing_to_remove(aws: botocore.session.Session) -> None:
    assert remove(logged_in(add_user())["access_token"], "123456")["statusCode"] == 409


def test_who_needs_a_second_factor_keeps_it(clock: Callable[[float], None], environment: Callable[..., None]) -> None:
    user = add_user("admin")
    token = logged_in(user)["access_token"]
    secret = confirmed(token)["secret"]
    environment(MFA_REQUIRED="staff,admin")
    clock(30)
    assert remove(token, code_of(secret))["statusCode"] == 409
    assert login(user, otp=code_of(secret))["statusCode"] == 200


def test_who_needs_a_second_factor_removes_one_beside_a_passkey(
    clock: Callable[[float], None], environment: Callable[..., None]
) -> None:
    user = add_user("admin")
    environment(MFA_REQUIRED="staff,admin")
    token = login(user)["json"]["access_token"]
    secret = confirmed(token)["secret"]
    stored_passkey(user, "a")
    clock(30)
    assert remove(token, code_of(secret))["statusCode"] == 204
    assert login(user)["statusCode"] == 403
    # For a new phone.
    assert confirmed(token)["secret"] != secret


def test_a_code_that_a_login_uses_meanwhile_removes_nothing(clock: Callable[[float], None]) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    enrolment = confirmed(token)
    clock(30)
    for code in (code_of(enrolment["secret"]), enrolment["recovery_codes"][0]):
        statuses: list[int] = []
        with before_call(
            "TransactWriteItems",
            lambda used=code, seen=statuses: seen.append(login(user, otp=used)["statusCode"]),  # type: ignore[misc]
        ):
            statuses.append(remove(token, code)["statusCode"])
        assert statuses == [200, 400]
    assert stored(user).factor is not None

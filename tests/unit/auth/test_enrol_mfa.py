import re

import botocore.session
import pytest

from auth import enrol_mfa
from tests.unit.auth.conftest import add_user, called, items, logged_in, stored
from tests.unit.auth.second_factors import code_of, confirm, confirmed, enrolled, login
from tests.unit.conftest import Call
from tests.unit.interleaving import before_call


def test_an_enrolment_shows_a_secret_and_ten_recovery_codes_once(aws: botocore.session.Session) -> None:
    user = add_user()
    enrolment = enrolled(logged_in(user)["access_token"])
    assert list(enrolment) == ["secret", "otpauth_url", "recovery_codes"]
    assert enrolment["secret"] in enrolment["otpauth_url"]
    codes = enrolment["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
    kept = str(items("USER"))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_nothing_is_in_force_before_the_confirmation(aws: botocore.session.Session) -> None:
    user = add_user()
    enrolment = enrolled(logged_in(user)["access_token"])
    assert login(user)["statusCode"] == 200
    assert login(user, otp=enrolment["recovery_codes"][0])["statusCode"] == 200
    factor = stored(user).factor
    assert factor is not None
    assert len(factor.recovery_hashes) == 10


def test_another_enrolment_replaces_one_that_is_not_confirmed(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    first, second = enrolled(token), enrolled(token)
    assert confirm(token, code_of(first["secret"]))["statusCode"] == 400
    assert confirm(token, code_of(second["secret"]))["statusCode"] == 204
    assert login(user, otp=first["recovery_codes"][0])["statusCode"] == 401
    assert login(user, otp=second["recovery_codes"][0])["statusCode"] == 200


def test_a_second_factor_in_force_is_not_replaced(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    confirmed(token)
    before = stored(user).factor
    assert called(enrol_mfa.handler, "enrol_mfa", token)["statusCode"] == 409
    assert stored(user).factor == before


def test_a_confirmation_that_comes_between_is_not_undone(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    first = enrolled(token)
    with before_call("TransactWriteItems", lambda: confirm(token, code_of(first["secret"]))):
        assert called(enrol_mfa.handler, "enrol_mfa", token)["statusCode"] == 409
    factor = stored(user).factor
    assert factor is not None
    assert (factor.secret, factor.is_confirmed) == (first["secret"], True)


def test_a_caller_without_an_account_has_no_second_factor(call: Call) -> None:
    assert call(enrol_mfa.handler, "auth/enrol_mfa", user_id="of-another-issuer")["statusCode"] == 404


def test_no_secret_is_logged(
    aws: botocore.session.Session, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    enrolment = enrolled(token)
    code = code_of(enrolment["secret"])
    confirm(token, "no such code")
    confirm(token, code)
    login(user, otp=code)
    login(user, otp=enrolment["recovery_codes"][0])
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert user.user_id in logged
    for secret in (enrolment["secret"], code, "no such code", *enrolment["recovery_codes"], user.email):
        assert secret not in logged
    shown = repr(stored(user))
    assert enrolment["secret"] not in shown

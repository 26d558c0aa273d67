import botocore.session

from auth import log_out, verify_token
from tests.unit.auth.conftest import add_user, called, logged_in


def test_a_valid_token_tells_whom_it_is_for(aws: botocore.session.Session) -> None:
    user = add_user("doctor", reference_id="doctor-7")
    token = logged_in(user)["access_token"]
    service = logged_in(add_user("admin"))["access_token"]
    assert called(verify_token.handler, "verify_token", service, body={"token": token})["json"] == {
        "valid": True,
        "payload": {
            "user_id": user.user_id,
            "user_type": "doctor",
            "email": user.email,
            "roles": [],
            "metadata": {"reference_id": "doctor-7"},
        },
    }


def test_a_token_that_is_not_valid_says_nothing_else(aws: botocore.session.Session) -> None:
    caller = logged_in(add_user("admin"))["access_token"]
    ended = logged_in(add_user())["access_token"]
    called(log_out.handler, "log_out", ended)
    of_another_tenant = logged_in(add_user(tenant="other"))["access_token"]
    refresh_token = logged_in(add_user())["refresh_token"]
    for token in ("x", ended, of_another_tenant, refresh_token, "x" * 4000):
        answer = called(verify_token.handler, "verify_token", caller, body={"token": token})
        assert answer["json"] == {"valid": False, "payload": None}
    for body in ({}, {"token": 1}, {"token": ""}, {"token": "x" * 100_000}):
        assert called(verify_token.handler, "verify_token", caller, body=body)["statusCode"] == 400

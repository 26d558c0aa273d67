"""An authenticator app of the tests' own, and users who have one."""

import base64
import hashlib
import hmac
import time
from typing import Any

from auth import confirm_mfa, enrol_mfa, log_in
from auth.users.repository import User
from tests.unit.auth.conftest import PASSWORD, answered, called


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an app shows now, or some steps of 30 seconds later (RFC 6238)."""
    counter = (int(time.time()) // 30 + steps).to_bytes(8)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    number = int.from_bytes(digest[digest[-1] & 15 :][:4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrolled(token: str) -> dict[str, Any]:
    """A new second factor, not confirmed: what the enrolment answers."""
    answer = called(enrol_mfa.handler, "enrol_mfa", token)
    assert answer["statusCode"] == 201, answer["body"]
    enrolment: dict[str, Any] = answer["json"]
    return enrolment


def confirmed(token: str) -> dict[str, Any]:
    """A new second factor in force; its code of this moment is used."""
    enrolment = enrolled(token)
    assert confirm(token, code_of(enrolment["secret"]))["statusCode"] == 204
    return enrolment


def confirm(token: str, otp: str) -> dict[str, Any]:
    return called(confirm_mfa.handler, "confirm_mfa", token, body={"otp": otp})


def login(user: User, **further: str) -> dict[str, Any]:
    """The answer to a login with the right password."""
    body = {"email": user.email, "password": PASSWORD, **further}
    return answered(log_in.handler, "log_in", body=body)

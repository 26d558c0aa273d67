"""POST /auth/mfa: a new secret for the caller's authenticator app, and ten recovery codes.

They are shown once, and are in force when a first code confirms them (POST /auth/mfa/confirm); until then, another call
replaces them.
"""

from auth.factors.own_factor import add_own
from auth.factors.recovery_codes import code_hash, new_codes
from auth.factors.second_factor import factor_in_force, plain
from auth.factors.totp import new_secret, otpauth_url
from auth.sessions.session_repository import change_user
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={201: "auth.factors.models.Enrolment"}, errors=(404, 409))
def handler(request: Request) -> Answer:
    secret, codes, url = new_secret(), new_codes(), ""

    def enrol(user: User) -> None:
        nonlocal url
        if factor_in_force(user):
            raise Conflict("There is a second factor already; remove it first.")
        url = otpauth_url(secret, user.email)
        hashes = [code_hash(plain(code)) for code in codes]
        change_user(
            user,
            {
                "otp_secret": {"S": secret},
                "otp_confirmed": {"BOOL": False},
                "otp_step": {"N": "0"},
                "recovery_hashes": {"SS": hashes},
            },
        )

    add_own(request, enrol)
    return Answer(201, json_text.write({"secret": secret, "otpauth_url": url, "recovery_codes": codes}))

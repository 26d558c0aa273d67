"""`payerworks mfa`: the second factor of one's own account (TOTP, RFC 6238)."""

from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.account.own_account import own_account, prove
from payerworks_cli.passwords import asked_code
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target

PATH = "/auth/mfa"

Code = Annotated[
    str | None, typer.Argument(metavar="[CODE]", help="The code that the app shows; asked for if it is not given.")
]


class Enrolment(BaseModel):
    """An answer of POST /auth/mfa, which is given once."""

    secret: str
    otpauth_url: str
    recovery_codes: list[str]


def enrol(*, target: Target, as_json: AsJson = False) -> None:
    """Set up a second factor: shows, once, what an authenticator app needs, and codes for the day it is lost.

    Example: payerworks mfa enrol
    """
    with own_account(target, as_json=as_json) as (terminal, api):
        answer = api.ask("POST", PATH, expect=(200, 201))
        enrolment = answer.parse(Enrolment)
        terminal.json(answer.json())
        terminal.line("Add this to an authenticator app; it is not shown again:")
        terminal.line(enrolment.otpauth_url)
        terminal.line(f"or type the secret: {enrolment.secret}")
        terminal.line("Keep these recovery codes; each takes the place of a code once:")
        for code in enrolment.recovery_codes:
            terminal.line(code)
        terminal.line(
            f"Then `{terminal.command('mfa confirm')}` asks for the app's code; logins need one from then on."
        )


def confirm(code: Code = None, *, target: Target, as_json: AsJson = False) -> None:
    """Confirm the second factor by a code of the app; logins need one from then on.

    Example: payerworks mfa confirm 123456
    """
    with own_account(target, as_json=as_json) as (terminal, api):
        sent = {"otp": asked_code(code, "payerworks mfa confirm CODE")}
        prove(api, "POST", f"{PATH}/confirm", sent)
        terminal.json({"ok": True})
        terminal.line("The second factor is set up: logins need a code from now on")


def remove(code: Code = None, *, target: Target, as_json: AsJson = False) -> None:
    """Remove the second factor, by a last code of the app or a recovery code.

    Example: payerworks mfa remove 123456
    """
    with session(target, as_json=as_json) as (terminal, api):
        sent = {"otp": asked_code(code, "payerworks mfa remove CODE")}
        prove(api, "DELETE", PATH, sent)
        terminal.json({"ok": True})
        terminal.line("The second factor is removed")

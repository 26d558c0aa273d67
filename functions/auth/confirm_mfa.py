"""POST /auth/mfa/confirm: put the caller's new second factor in force, with a first code of the authenticator app.

From then on a login needs a code. If the session only served to enrol a second factor, it has all rights of its user
now; others that did must log in again.
"""

from auth.factors.models import Code
from auth.factors.own_factor import add_own, begin_check
from auth.factors.second_factor import plain, wrong_code
from auth.factors.totp import accepted_step
from auth.sessions.session_repository import WITH_FACTOR, change_user
from auth.users.repository import User
from payerworks import json_text
from payerworks.dynamodb import Item
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(body="auth.factors.models.Code", answers={204: None}, errors=(404, 409, 413, 415))
def handler(request: Request) -> Answer:
    code = checked(Code, json_text.read(request.body()), "The request is not valid.").otp
    forget = begin_check(request)

    def confirm(user: User) -> None:
        factor = user.factor
        if factor is None or factor.is_confirmed:
            raise Conflict("There is no second factor to confirm; POST /auth/mfa begins one.")
        step = accepted_step(factor.secret, plain(code), factor.last_step)
        if step is None:
            raise wrong_code()
        changes: Item = {"otp_confirmed": {"BOOL": True}, "otp_step": {"N": str(step)}}
        change_user(user, changes, of_sessions={request.session_id: WITH_FACTOR}, further=[forget])

    add_own(request, confirm)
    return Answer(204)

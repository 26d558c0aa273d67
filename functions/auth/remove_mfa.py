"""DELETE /auth/mfa: remove the caller's second factor, with a code of it or a recovery code.

409 for the last second factor of a user whose type needs one, as for a passkey.
"""

from auth.factors.models import Code
from auth.factors.own_factor import begin_check, change_own
from auth.factors.second_factor import ATTRIBUTES, factor_in_force, use_of_code, wrong_code
from auth.passkeys.passkey_repository import list_passkeys
from auth.sessions.enrolment import needs_factor
from auth.sessions.session_repository import WITHOUT_FACTOR, change_user
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(body="auth.factors.models.Code", answers={204: None}, errors=(404, 409, 413, 415))
def handler(request: Request) -> Answer:
    code = checked(Code, json_text.read(request.body()), "The request is not valid.").otp
    forget = begin_check(request)

    def remove(user: User) -> None:
        factor = factor_in_force(user)
        if factor is None:
            raise Conflict("There is no second factor.")
        is_last_factor = not list_passkeys(user)
        if is_last_factor and needs_factor(user.user_type):
            raise Conflict("Users of this type need a second factor; register a passkey before you remove this one.")
        if use_of_code(factor, code) is None:
            raise wrong_code()
        shown_none = dict.fromkeys(user.sessions if is_last_factor else (), WITHOUT_FACTOR)
        change_user(user, {}, removes=ATTRIBUTES, of_sessions=shown_none, further=[forget])

    change_own(request, remove)
    return Answer(204)

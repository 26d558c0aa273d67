"""POST /auth/password: replace the caller's password, and end all other sessions of the caller."""

from auth.limits import attempts
from auth.sessions.devices import device_of
from auth.sessions.session_repository import change_user
from auth.sessions.user_changes import retry_on_change
from auth.users import repository
from auth.users.models import PasswordChange
from auth.users.password_rules import LIKE_EMAIL, is_like_email
from auth.users.passwords import hash_password, is_correct
from auth.users.repository import User
from payerworks import json_text
from payerworks.dynamodb import Part
from payerworks.errors import BadInput, Fault, Forbidden
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked

_INVALID = "The passwords are not valid."


@http_operation(
    body="auth.users.models.PasswordChange", answers={204: None}, errors=(413, 415), headers=("X-Client-Id",)
)
def handler(request: Request) -> Answer:
    change = checked(PasswordChange, json_text.read(request.body()), _INVALID)
    user = _caller(request)
    if is_like_email(change.new_password, user.email):
        raise BadInput(_INVALID, errors=[Fault("/new_password", LIKE_EMAIL)])
    device = device_of(request)
    login = repository.find_login(user.email, device.client_hash)
    # Whoever has the caller's token cannot guess the password any faster than at a login.
    subject = attempts.login_subject(user.email, device.client_hash if login.is_known_device else "")
    attempts.begin_attempt(attempts.LOGIN, subject)
    if not is_correct(change.current_password, user.password_hash):
        raise BadInput(_INVALID, errors=[Fault("/current_password", "is wrong")])
    forget = attempts.forget_part(attempts.LOGIN, subject)
    new_hash = hash_password(change.new_password)
    retry_on_change(lambda: _replace(request, user, new_hash, forget))
    return Answer(204)


def _caller(request: Request) -> User:
    user = repository.get_user(request.tenant, request.user_id)
    if user is None:
        raise Forbidden("The caller has no account here, and so no password.")
    return user


def _replace(request: Request, proved: User, new_hash: str, forget: Part) -> None:
    """Set the new password unless it has changed since the caller proved to know it."""
    user = _caller(request)
    if user.password_set_at != proved.password_set_at:
        raise BadInput(_INVALID, errors=[Fault("/current_password", "is wrong")])
    others = user.sessions.keys() - {request.session_id}
    change_user(user, repository.password_changes(new_hash), ends=others, further=[forget])

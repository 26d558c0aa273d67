"""POST /auth/password/reset: set a password with the token of a link, and end all sessions of its user.

The token can be used once. A disabled user stays disabled, and cannot use it.
"""

import functools

from auth.limits import attempts
from auth.links import link_repository
from auth.sessions.session_repository import change_user
from auth.sessions.user_changes import retry_on_change
from auth.users import repository
from auth.users.models import PasswordReset
from auth.users.password_rules import LIKE_EMAIL, is_like_email
from auth.users.passwords import hash_password
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(body="auth.users.models.PasswordReset", answers={204: None}, errors=(413, 415), public=True)
def handler(request: Request) -> Answer:
    reset = checked(PasswordReset, json_text.read(request.body()), "The request is not valid.")
    new_hash = functools.cache(lambda: hash_password(reset.new_password))

    def change() -> User:
        user = _user_of(reset.token)
        if is_like_email(reset.new_password, user.email):
            raise BadInput("The request is not valid.", errors=[Fault("/new_password", LIKE_EMAIL)])
        further = [link_repository.use_part(reset.token), attempts.forget_part(attempts.LOGIN, user.email)]
        change_user(user, repository.password_changes(new_hash()), ends=user.sessions, further=further)
        return user

    user = retry_on_change(change)
    return Answer(204, log={"user_id": user.user_id})


def _user_of(token: str) -> User:
    """The user who may use a token. Raises BadInput."""
    link = link_repository.find_link(token)
    user = repository.get_user(link.tenant, link.user_id) if link else None
    if link is None or user is None or not user.active or user.password_set_at != link.password_set_at:
        raise BadInput("The link is no longer valid.")
    return user

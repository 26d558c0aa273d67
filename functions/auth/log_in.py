"""POST /auth/login: an access token and a refresh token for an e-mail and its password."""

import uuid

from auth.tokens.access_token import ACCESS_TOKEN_SECONDS, Caller, issue_token
from auth.tokens.refresh_token import new_refresh_token
from auth.users import repository
from auth.users.models import Credentials
from auth.users.passwords import is_correct
from payerworks import json_text
from payerworks.errors import Forbidden, Unauthorized
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(
    body="auth.users.models.Credentials",
    answers={200: "auth.users.models.LoggedIn"},
    errors=(401, 403, 413, 415),
    public=True,
)
def handler(request: Request) -> Answer:
    credentials = checked(Credentials, json_text.read(request.body()), "The credentials are not valid.")
    user = repository.find_user(credentials.email)
    # Checked for unknown e-mails too, so that response times do not reveal which e-mails exist.
    correct = is_correct(credentials.password, user.password_hash if user else None)
    if user is None or not correct:
        raise Unauthorized("The e-mail or the password is wrong.", headers={"WWW-Authenticate": "Bearer"})
    if not user.active:
        raise Forbidden("This account is not active.")
    return _start_session(user)


def _start_session(user: repository.User) -> Answer:
    session_id = uuid.uuid4().hex
    refresh_token = new_refresh_token(user.tenant, user.user_id, session_id)
    repository.add_session(user, session_id, refresh_token.hash, refresh_token.expires)
    members = {
        "access_token": issue_token(Caller(user.tenant, user.user_id, user.user_type, session_id)),
        "token_type": "bearer",
        "expires_in": ACCESS_TOKEN_SECONDS,
        "refresh_token": refresh_token.text,
        "user_id": user.user_id,
        "user_type": user.user_type,
        "email": user.email,
    }
    return Answer(200, json_text.write(members), log={"user_id": user.user_id})

"""POST /auth/login: an access token and a refresh token for an e-mail and its password."""

import uuid

from auth.tokens.access_token import LIFE_SECONDS, Caller, issued
from auth.tokens.refresh_token import new_refresh_token
from auth.users import repository
from auth.users.models import Credentials
from auth.users.passwords import is_right
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
    given = checked(Credentials, json_text.read(request.body()), "The credentials are not valid.")
    user = repository.find_user(given.email)
    right = is_right(given.password, user.password_hash if user else None)
    if user is None or not right:
        raise Unauthorized("The e-mail or the password is wrong.", headers={"WWW-Authenticate": "Bearer"})
    if not user.active:
        raise Forbidden("This account is not active.")
    return _session(user)


def _session(user: repository.User) -> Answer:
    session_id = uuid.uuid4().hex
    refresh = new_refresh_token(user.tenant, user.user_id, session_id)
    repository.add_session(user, session_id, refresh.hash, refresh.expires)
    members = {
        "access_token": issued(Caller(user.tenant, user.user_id, user.user_type, session_id)),
        "token_type": "bearer",
        "expires_in": LIFE_SECONDS,
        "refresh_token": refresh.text,
        "user_id": user.user_id,
        "user_type": user.user_type,
        "email": user.email,
    }
    return Answer(200, json_text.write(members), log={"user_id": user.user_id})

"""POST /auth/refresh: a new pair of tokens for a refresh token, which can be used once.

A token that is sent again within ten seconds gets the same pair again, because the first answer may have been lost.
After that, a used token ends its session with all tokens that followed: somebody else may have a copy.
"""

from auth.limits import attempts
from auth.sessions import logins, session_repository
from auth.sessions.models import RefreshRequest
from auth.sessions.refresh_token import SessionKey, new_refresh_token, session_of, token_hash
from auth.sessions.sealing import seal, unseal
from auth.sessions.session import Session
from auth.sessions.session_repository import UserChanged
from auth.users import repository
from payerworks import json_text
from payerworks.errors import Unauthorized
from payerworks.http import Answer, Request, http_operation
from payerworks.log import count
from payerworks.validation import checked


@http_operation(
    body="auth.sessions.models.RefreshRequest",
    answers={200: "auth.users.models.LoggedIn"},
    errors=(401, 413, 415, 429),
    public=True,
)
def handler(request: Request) -> Answer:
    token = checked(RefreshRequest, json_text.read(request.body()), "The request is not valid.").refresh_token
    key = session_of(token)
    if key is None:
        attempts.begin_attempt(attempts.REFRESH_ADDRESS, attempts.address_subject(request.address))
        raise _refused()
    attempts.begin_attempt(attempts.REFRESH, key.session_id)
    session = session_repository.get_session(*key)
    if session is None:
        raise _refused()
    answer = _first(session, key, token, request.address) or _again(session, token)
    if answer is None:
        _end_family(key)
        raise _refused()
    return Answer(200, answer, log={"user_id": key.user_id})


def _first(session: Session, key: SessionKey, token: str, address: str) -> str | None:
    """The new pair of a token that is used for the first time, or that another call gave it meanwhile; None if used."""
    if session.refresh_hash != token_hash(token):
        return None
    new_token = new_refresh_token(key)
    answer = logins.tokens(session, new_token)
    try:
        winner = session_repository.rotate(session, token_hash(new_token), seal(answer, token), address)
    except UserChanged:
        raise _refused() from None
    return _again(winner, token) if winner else answer


def _again(session: Session, token: str) -> str | None:
    """The pair that the token got a moment ago; None if that was not a moment ago."""
    return unseal(session.sealed_answer, token) if session.is_repeat(token_hash(token)) else None


def _end_family(key: SessionKey) -> None:
    count("RefreshTokenReused")
    user = repository.get_user(key.tenant, key.user_id)
    if user:
        session_repository.end_sessions(user, [key.session_id])


def _refused() -> Unauthorized:
    challenge = 'Bearer error="invalid_token", error_description="The refresh token has expired or is not valid."'
    return Unauthorized("The refresh token has expired or is not valid.", headers={"WWW-Authenticate": challenge})

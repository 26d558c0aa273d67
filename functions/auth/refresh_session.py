"""POST /auth/refresh: a new pair of tokens for a refresh token, which can be used once.

A token that is sent again within ten seconds gets the same pair again, because the first answer may have been lost.
After that, a used token ends its session with all tokens that followed: somebody else may have a copy.
With `X-Session: cookie` and no body, the token is the one in the cookie, and the next one replaces it there; a token
that is refused is taken out of the browser.
"""

import time

from auth.limits import attempts
from auth.sessions import logins, session_cookie, session_repository
from auth.sessions.models import RefreshRequest
from auth.sessions.refresh_token import SessionKey, new_refresh_token, session_of, token_hash
from auth.sessions.sealing import seal, unseal
from auth.sessions.session import Session
from auth.sessions.session_repository import UserChanged
from auth.users import repository
from payerworks import json_text
from payerworks.errors import BadInput, Unauthorized
from payerworks.http import Answer, Request, http_operation
from payerworks.log import count
from payerworks.validation import checked


@http_operation(
    body="auth.sessions.models.RefreshRequest",
    answers={200: "auth.users.models.LoggedIn"},
    errors=(401, 403, 413, 415, 429),
    body_required=False,
    headers=("X-Session",),
    public=True,
)
def handler(request: Request) -> Answer:
    by_cookie = session_cookie.is_by_cookie(request)
    token = _token_in_cookie(request) if by_cookie else _token_in_body(request)
    try:
        session, pair = _refreshed(token, request.address)
    except Unauthorized as refusal:
        if by_cookie:
            refusal.headers |= session_cookie.CLEARED
        raise
    seconds = session.expires - int(time.time())
    return session_cookie.login_answer(pair, session.user_id, seconds, by_cookie=by_cookie)


def _token_in_body(request: Request) -> str:
    return checked(RefreshRequest, json_text.read(request.body()), "The request is not valid.").refresh_token


def _token_in_cookie(request: Request) -> str:
    if request.event.get("body") and json_text.read(request.body()) != {}:
        raise BadInput("The refresh token is in the cookie: send no body.")
    return session_cookie.token_of(request)


def _refreshed(token: str, address: str) -> tuple[Session, str]:
    """The session of a refresh token, and its next pair. Raises Unauthorized, and ends the family of a used token."""
    key = session_of(token)
    if key is None:
        # A browser without a cookie guesses nothing: pages ask as they load, and many people may share an address.
        if token:
            attempts.begin_attempt(attempts.REFRESH_ADDRESS, attempts.address_subject(address))
        raise _refused()
    attempts.begin_attempt(attempts.REFRESH, key.session_id)
    session = session_repository.get_session(*key)
    if session is None:
        raise _refused()
    pair = _first(session, key, token, address) or _again(session, token)
    if pair is None:
        _end_family(key)
        raise _refused()
    return session, pair


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

"""Refresh tokens: opaque, usable once. All tokens that follow from one login share its session.

A token is signed, so that one that was never issued is refused without a read and cannot end anybody's session; what
is signed, genuine, and yet not the session's current token was used before. The table keeps a hash of it alone.
"""

import hashlib
import secrets
from typing import NamedTuple

from payerworks.signed import read_signed, write_signed

MAX_LENGTH = 2048
_PURPOSE = "refresh token"


class SessionKey(NamedTuple):
    """What identifies a session."""

    tenant: str
    user_id: str
    session_id: str


def new_refresh_token(session: SessionKey) -> str:
    """A new token for a session, with a random secret of 256 bits."""
    return write_signed([*session, secrets.token_urlsafe(32)], _PURPOSE)


def session_of(token: str) -> SessionKey | None:
    """The session that a token was issued for; None if it was never issued."""
    if len(token) > MAX_LENGTH:
        return None
    try:
        tenant, user_id, session_id, _ = read_signed(token, _PURPOSE)
    except ValueError:
        return None
    return SessionKey(tenant, user_id, session_id)


def token_hash(token: str) -> str:
    """The hash to store; a random secret needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()

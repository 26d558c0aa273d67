"""Refresh tokens: opaque, usable once, valid for 30 days. All tokens that follow from one login share its session."""

import hashlib
import secrets
import time
from dataclasses import dataclass

from auth.tokens.token_keys import base64url
from payerworks import json_text

REFRESH_TOKEN_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The text goes to the client; the table keeps only its SHA-256 hash and its expiry (seconds since 1970)."""

    text: str
    hash: str
    expires: int


def new_refresh_token(tenant: str, user_id: str, session_id: str) -> RefreshToken:
    """A token for a session: the session's key, which anyone can read, and a random secret of 256 bits."""
    session_key = base64url(json_text.write([tenant, user_id, session_id]).encode())
    text = f"{session_key}.{secrets.token_urlsafe(32)}"
    return RefreshToken(text, hashlib.sha256(text.encode()).hexdigest(), int(time.time()) + REFRESH_TOKEN_SECONDS)

"""Refresh tokens: opaque, good once, for 30 days. Each belongs to a session, the family of the tokens since a login."""

import hashlib
import secrets
import time
from dataclasses import dataclass

from auth.tokens.token_keys import base64url
from payerworks import json_text

LIFE_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A token as its owner gets it, and what is kept of it: its hash and when it expires (seconds since 1970)."""

    text: str
    hash: str
    expires: int


def new_refresh_token(tenant: str, user_id: str, session_id: str) -> RefreshToken:
    """A token for a session: where the session is stored, and a secret of 256 bits that alone makes it good."""
    place = base64url(json_text.write([tenant, user_id, session_id]).encode())
    text = f"{place}.{secrets.token_urlsafe(32)}"
    return RefreshToken(text, hashlib.sha256(text.encode()).hexdigest(), int(time.time()) + LIFE_SECONDS)

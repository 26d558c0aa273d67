"""Access tokens: JWTs signed with ES256 (RFC 9068, verified according to RFC 8725)."""

import functools
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auth.tokens import token_keys
from auth.tokens.key_list import TokenKey
from auth.tokens.token_keys import base64url
from payerworks.settings import settings

if TYPE_CHECKING:
    import jwt

AUDIENCE = "payerworks-api"
MAX_LENGTH = 4096
"""Characters of a token; ours have about 800, and of a longer text nothing is looked at."""
LEEWAY_SECONDS = 10  # tolerated difference between the clocks of two machines
_TYPE = "at+jwt"
_REQUIRED = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "client_id", "tenant", "sid"]


class InvalidToken(Exception):
    """The token is not valid; the message names the reason for the log and quotes nothing of the token."""


@dataclass(frozen=True, slots=True)
class TokenSubject:
    """Whom a token is for: a user in a session, or a machine, whose `session_id` is that of its secret.

    What a caller may do is not in the token: it is read from the session at every call, so that a change of roles takes
    effect at once.
    """

    tenant: str
    user_id: str
    session_id: str
    client_id: str = AUDIENCE
    """Who asked for the token (RFC 9068, section 2.2): our own clients, or a machine."""


def issue_token(subject: TokenSubject, seconds: int) -> str:
    """A new access token that is valid for some seconds, signed by the key that signs now."""
    now = int(time.time())
    key = token_keys.signing_key()
    header = {"typ": _TYPE, "alg": "ES256", "kid": key.kid}
    claims: dict[str, str | int] = {
        "iss": settings().token_issuer,
        "aud": AUDIENCE,
        "client_id": subject.client_id,
        "sub": subject.user_id,
        "iat": now,
        "nbf": now,
        "exp": now + seconds,
        "jti": uuid.uuid4().hex,
        "sid": subject.session_id,
        "tenant": subject.tenant,
    }
    text = f"{_segment(header)}.{_segment(claims)}"
    return f"{text}.{base64url(token_keys.sign(key, text.encode()))}"


def _segment(members: Mapping[str, str | int]) -> str:
    return base64url(json.dumps(members, separators=(",", ":")).encode())


def verify_token(token: str) -> TokenSubject:
    """The subject of a token.

    The key is looked up by `kid` among our own, whatever else the header names (`jwk`, `jku`, `x5u`: RFC 8725, section
    3.10), and it alone decides the algorithm. Raises InvalidToken for a wrong signature, type, issuer, audience, time
    or claim. Whether the session still lives is not looked at.
    """
    import jwt

    if len(token) > MAX_LENGTH:
        raise InvalidToken("too long")
    try:
        header = jwt.get_unverified_header(token)
        if str(header.get("typ")).lower() != _TYPE:
            raise InvalidToken("wrong type")
        key = token_keys.verifying_key(header.get("kid"))
        if key is None:
            raise InvalidToken("unknown key")
        claims = jwt.decode(
            token,
            _jwk(key),
            algorithms=["ES256"],
            audience=AUDIENCE,
            issuer=settings().token_issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _REQUIRED},
        )
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise InvalidToken(type(error).__name__) from None
    members = [claims[name] for name in ("tenant", "sub", "sid", "client_id")]
    if not all(isinstance(member, str) and member for member in members):
        raise InvalidToken("wrong claim")
    return TokenSubject(*members)


@functools.lru_cache(maxsize=16)
def _jwk(key: TokenKey) -> "jwt.PyJWK":
    import jwt

    return jwt.PyJWK(dict(token_keys.jwk(key)))

"""Access tokens: JWTs signed with ES256 (RFC 9068, verified according to RFC 8725), valid for an hour."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from auth.tokens.token_keys import base64url, public_keys, sign
from auth.users.rights import RIGHTS, UserType
from payerworks.settings import settings

ACCESS_TOKEN_SECONDS = 3600
AUDIENCE = "payerworks-api"
_LEEWAY_SECONDS = 10  # tolerated difference between the clocks of two machines
_TYPE = "at+jwt"
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "tenant", "user_type", "sid"]


class InvalidToken(Exception):
    """The token is not one of ours, or has expired; the message names the reason and quotes nothing of the token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user for whom a token was issued; `session_id` is the login that started the session."""

    tenant: str
    user_id: str
    user_type: UserType
    session_id: str


def issue_token(caller: Caller) -> str:
    """A new access token for a caller, signed by the first key."""
    now = int(time.time())
    header = {"typ": _TYPE, "alg": "ES256", "kid": public_keys()[0]["kid"]}
    claims: dict[str, str | int] = {
        "iss": settings().token_issuer,
        "aud": AUDIENCE,
        "client_id": AUDIENCE,
        "sub": caller.user_id,
        "iat": now,
        "exp": now + ACCESS_TOKEN_SECONDS,
        "jti": uuid.uuid4().hex,
        "sid": caller.session_id,
        "tenant": caller.tenant,
        "user_type": caller.user_type,
    }
    text = f"{_segment(header)}.{_segment(claims)}"
    return f"{text}.{base64url(sign(text.encode()))}"


def _segment(members: Mapping[str, str | int]) -> str:
    return base64url(json.dumps(members, separators=(",", ":")).encode())


def verify_token(token: str) -> Caller:
    """The caller of a token. Raises InvalidToken for a wrong signature, type, issuer, audience, time or claim."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        key = next((key for key in public_keys() if key["kid"] == header.get("kid")), None)
        if key is None or str(header.get("typ")).lower() != _TYPE:
            raise InvalidToken("unknown key or type")
        claims = jwt.decode(
            token,
            jwt.PyJWK(dict(key)),
            algorithms=["ES256"],
            audience=AUDIENCE,
            issuer=settings().token_issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": _REQUIRED},
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken(type(error).__name__) from None
    if claims["user_type"] not in RIGHTS:
        raise InvalidToken("unknown user type")
    return Caller(claims["tenant"], claims["sub"], claims["user_type"], claims["sid"])

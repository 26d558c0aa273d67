"""The caller of a token that another issuer signed (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725)."""

import hashlib
import json
from typing import Any, get_args

from auth.issuers.issuer_keys import verifying_key
from auth.issuers.models import FromClaim, Issuer, parsed
from auth.tokens.access_token import InvalidToken
from auth.users.caller import OF_ISSUER, Caller
from auth.users.rights import ROLES, UserType
from payerworks.settings import settings
from payerworks.tenants import is_tenant

ALGORITHMS = ("RS256", "ES256")
LEEWAY_SECONDS = 60
MAX_LENGTH = 10_000
"""Characters of a token; the gateway takes no more in all headers together."""
_MOST_ROLES = 500
"""Values of a claim of groups that are looked at."""
_MOST_CHARACTERS = 320


def external_caller(token: str) -> Caller | None:
    """The caller of a token whose issuer is configured; None for any other token, our own ones too.

    Raises InvalidToken, Unavailable while the issuer's keys cannot be had, and ValueError if the parameter is wrong.
    """
    import jwt

    issuers = parsed(settings().oidc_issuers)
    if len(token) > MAX_LENGTH:
        raise InvalidToken("too long")
    try:
        header = jwt.get_unverified_header(token)
        unverified = jwt.decode(token, options={"verify_signature": False})
        name = unverified.get("iss")
        issuer = issuers.get(name) if isinstance(name, str) else None
        return None if issuer is None else _caller(issuer, _verified(token, header, issuer))
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise InvalidToken(type(error).__name__) from None


def _verified(token: str, header: dict[str, Any], issuer: Issuer) -> dict[str, Any]:
    """The claims of a token that one of the issuer's own keys signed, without an e-mail that it has not verified."""
    import jwt

    if header.get("alg") not in ALGORITHMS:
        raise InvalidToken("wrong algorithm")
    kid = header.get("kid")
    key = verifying_key(issuer, kid) if isinstance(kid, str) else None
    if key is None:
        raise InvalidToken("unknown key")
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        # The key decides, not the header.
        algorithms=[key.algorithm_name],
        audience=issuer.audiences,
        issuer=issuer.issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": ["iss", "aud", "exp", "iat"]},
    )
    if claims.get("email_verified") in (False, "false"):
        # It may be the address of somebody else (OpenID Connect Core 1.0, section 5.1); some issuers write a text.
        claims.pop("email", None)
    return claims


def _caller(issuer: Issuer, claims: dict[str, Any]) -> Caller:
    user = claims.get(issuer.user_id)
    if not isinstance(user, str) or not user:
        raise InvalidToken("wrong claim")
    return Caller(
        tenant=_tenant(issuer, claims),
        # A hash, because a user's id is in logs and keys, and the claim may be an e-mail.
        user_id=f"{OF_ISSUER}{issuer.prefix}-{_digest(user)}",
        user_type=_user_type(issuer, claims),
        roles=_roles(issuer, claims),
        reference_id=_text(claims.get(issuer.reference_id.claim)) if issuer.reference_id else "",
        session_id=f"{OF_ISSUER}{_digest(issuer.issuer, claims.get('sub'), claims['iat'])}",
        email=_text(claims.get("email")),
    )


def _tenant(issuer: Issuer, claims: dict[str, Any]) -> str:
    rule = issuer.tenant
    tenant = rule.of(claims.get(rule.claim)) if isinstance(rule, FromClaim) else rule
    if tenant is None or not is_tenant(tenant):
        raise InvalidToken("no tenant")
    return tenant


def _user_type(issuer: Issuer, claims: dict[str, Any]) -> UserType:
    rule = issuer.user_type
    name = rule.of(claims.get(rule.claim)) if isinstance(rule, FromClaim) else rule
    found: UserType | None = next((user_type for user_type in get_args(UserType) if user_type == name), None)
    if found is None:
        raise InvalidToken("no user type")
    return found


def _roles(issuer: Issuer, claims: dict[str, Any]) -> tuple[str, ...]:
    """The roles that the claims stand for; other values of the claim, such as groups of other systems, are left out."""
    if not isinstance(issuer.roles, FromClaim):
        return tuple(issuer.roles)
    value = claims.get(issuer.roles.claim)
    values = value if isinstance(value, list) else [value]
    named = {issuer.roles.of(each) for each in values[:_MOST_ROLES]}
    return tuple(role for role in ROLES if role in named)


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _MOST_CHARACTERS else ""


def _digest(*values: object) -> str:
    return hashlib.blake2b(json.dumps(values).encode(), digest_size=16).hexdigest()

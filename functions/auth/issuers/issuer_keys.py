"""The public keys of an issuer, found by OpenID Connect Discovery 1.0 (section 4) and kept in the process.

A copy of the keys is used for an hour. It is fetched anew sooner for a key that it does not have, but at most once a
minute, whatever tokens arrive. While the issuer does not answer, the copy serves for up to a day: its keys seldom
change, and an issuer that is away for a minute must not lock its users out. After that, nobody can say whether a token
is good, which is an error of ours (503, or 500 from the authorizer) and no reason to call the token bad.
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auth.issuers import documents
from auth.issuers.documents import IssuerFailed
from auth.issuers.models import Issuer, is_safe_url
from payerworks.errors import Unavailable
from payerworks.log import count, log_call

if TYPE_CHECKING:
    import jwt

FRESH_SECONDS = 3600
LONGEST_SECONDS = 24 * 3600
PAUSE_SECONDS = 60
MIN_RSA_BITS = 2048
"""RFC 7518, section 3.3."""
MAX_KEYS = 100


@dataclass(slots=True)
class _Copy:
    keys: "dict[str, jwt.PyJWK]" = field(default_factory=dict)
    read_at: float = float("-inf")
    tried_at: float = float("-inf")


_copies: dict[str, _Copy] = {}


def verifying_key(issuer: Issuer, kid: str) -> "jwt.PyJWK | None":
    """The issuer's key with an id, for use with its own `algorithm_name` alone; None if there is none.

    Raises Unavailable while the issuer does not answer and there is no copy of the last day.
    """
    copy = _copies.setdefault(issuer.issuer, _Copy())
    now = time.monotonic()
    is_due = kid not in copy.keys or now - copy.read_at > FRESH_SECONDS
    if is_due and now - copy.tried_at >= PAUSE_SECONDS:
        copy.tried_at = now
        try:
            copy.keys, copy.read_at = _read_keys(issuer), now
        except IssuerFailed as failed:
            count("IssuerFailed")
            log_call("issuer failed", issuer=issuer.issuer, reason=str(failed))
    if now - copy.read_at > LONGEST_SECONDS:
        raise Unavailable("The issuer of the token does not answer.", headers={"Retry-After": str(PAUSE_SECONDS)})
    return copy.keys.get(kid)


def forget_copies() -> None:
    """Have the next call ask the issuer."""
    _copies.clear()


def _read_keys(issuer: Issuer) -> "dict[str, jwt.PyJWK]":
    document = documents.fetch(f"{issuer.issuer.rstrip('/')}/.well-known/openid-configuration")
    if not isinstance(document, dict) or document.get("issuer") != issuer.issuer:
        raise IssuerFailed("the discovery document is another issuer's")
    url = document.get("jwks_uri")
    if not isinstance(url, str) or not is_safe_url(url, loopback=issuer.issuer.startswith("http:")):
        raise IssuerFailed("jwks_uri is not https")
    key_set = documents.fetch(url)
    entries = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(entries, list):
        raise IssuerFailed("the keys are not a JWK Set")
    keys = [key for entry in entries[:MAX_KEYS] if (key := _key(entry))]
    if not keys:
        raise IssuerFailed("the JWK Set has no key that we can use")
    return {str(key.key_id): key for key in keys}


def _key(entry: Any) -> "jwt.PyJWK | None":
    """A key for signatures with RS256 or ES256; None for one of another kind or use, and for what is no key."""
    import jwt

    kinds = {"RSA": "RS256", "EC": "ES256"}
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    algorithm = kinds.get(str(entry.get("kty")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm or entry.get("crv", "P-256") != "P-256":
        return None
    public = {name: entry[name] for name in ("kty", "crv", "x", "y", "n", "e", "kid") if name in entry}
    try:
        key = jwt.PyJWK(public, algorithm)
    except (jwt.PyJWKError, jwt.InvalidKeyError, ValueError, TypeError):
        return None
    return key if algorithm == "ES256" or key.key.key_size >= MIN_RSA_BITS else None

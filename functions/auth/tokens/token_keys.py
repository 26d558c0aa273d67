"""The keys that sign access tokens. KMS creates and keeps them; only signatures and public keys ever leave it.

The template's key (`TOKEN_KEY_IDS`) signs until the first rotation (key_rotation.py). From then on the item KEYS lists
all keys, each with the time from which it signs, and, once another has replaced it, the time until which it verifies.
Each process keeps a copy of the list for a minute; as a new key signs only ten minutes after it was listed, every
process and every reader of the JWK Set knows it by then.
"""

import base64
import functools
import hashlib
import json
import time
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from typing_extensions import TypedDict  # pydantic rejects typing's TypedDict before Python 3.12

from auth.tokens import key_list
from auth.tokens.key_list import TokenKey
from payerworks.aws import client
from payerworks.settings import settings

COPY_SECONDS = 60
"""For how long a process uses its copy of the list."""
UNKNOWN_KEY_SECONDS = 5
"""A token with an unknown key makes a process read the list again, at most this often."""


class PublicKey(TypedDict):
    """A public key as JWK (RFC 7517, section 4; RFC 7518, section 6.2); `kid` is its thumbprint (RFC 7638)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


@dataclass(slots=True)
class _Copy:
    keys: tuple[TokenKey, ...] = ()
    read_at: float = float("-inf")


_copy = _Copy()


def keys(max_age: float = COPY_SECONDS) -> tuple[TokenKey, ...]:
    """All keys that verify now, the newest first; from a copy of the list that is at most `max_age` seconds old."""
    if time.monotonic() - _copy.read_at > max_age:
        _copy.keys = key_list.read_keys() or template_keys()
        _copy.read_at = time.monotonic()
    return tuple(key for key in _copy.keys if not key.has_ended(time.time()))


def forget_copy() -> None:
    """Have the next call read the list."""
    _copy.read_at = float("-inf")


def signing_key() -> TokenKey:
    """The newest key that signs already."""
    now = time.time()
    return next(key for key in keys() if key.signs_from <= now)


def verifying_key(kid: object) -> TokenKey | None:
    """The key with this id that verifies now; None if there is none."""
    for max_age in (COPY_SECONDS, UNKNOWN_KEY_SECONDS):
        for key in keys(max_age):
            if key.kid == kid:
                return key
    return None


def jwk(key: TokenKey) -> PublicKey:
    """The public half of a key."""
    return {"kty": "EC", "crv": "P-256", "x": key.x, "y": key.y, "kid": key.kid, "alg": "ES256", "use": "sig"}


def sign(key: TokenKey, text: bytes) -> bytes:
    """Sign up to 4 KB: the ES256 signature, R and S of 32 bytes each (RFC 7518, section 3.4)."""
    answer = client("kms").sign(KeyId=key.key_id, Message=text, SigningAlgorithm="ECDSA_SHA_256")
    return raw_signature(answer["Signature"])


def raw_signature(der: bytes) -> bytes:
    """A DER signature, as KMS returns it, as R and S of 32 bytes each, as JWTs carry it."""
    return b"".join(number.to_bytes(32) for number in decode_dss_signature(der))


def base64url(content: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def template_keys() -> tuple[TokenKey, ...]:
    """The template's keys, which sign from the beginning, until a rotation lists them."""
    return tuple(map(_template_key, settings().token_key_ids))


@functools.cache
def _template_key(key_id: str) -> TokenKey:
    # Its public half is read from KMS once per process.
    return new_key(key_id, client("kms").get_public_key(KeyId=key_id)["PublicKey"], signs_from=0)


def new_key(key_id: str, public_key: bytes, signs_from: int) -> TokenKey:
    """A key by its public half as KMS returns it (DER). Raises ValueError if it is not on the curve P-256."""
    key = load_der_public_key(public_key)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError(f"{key_id} is not an ECC_NIST_P256 key")  # noqa: TRY004 - the setting names a wrong key
    numbers = key.public_numbers()
    x, y = base64url(numbers.x.to_bytes(32)), base64url(numbers.y.to_bytes(32))
    thumbprint = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
    kid = base64url(hashlib.sha256(thumbprint.encode()).digest())
    return TokenKey(key_id, kid, x, y, signs_from)

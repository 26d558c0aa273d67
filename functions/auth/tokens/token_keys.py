"""The keys that sign access tokens. KMS creates and keeps them; only signatures and public keys ever leave it.

`TOKEN_KEY_IDS` lists them: the first signs, all verify. To rotate:
    1. Deploy `old,new`: every function can verify with the new key.
    2. Deploy `new,old`: the new key signs.
    3. Deploy `new` when the last token signed by the old key has expired.
"""

import base64
import functools
import hashlib
import json
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from typing_extensions import TypedDict  # pydantic rejects typing's TypedDict before Python 3.12

from payerworks.aws import client
from payerworks.settings import settings


class PublicKey(TypedDict):
    """A public key as JWK (RFC 7517, section 4; RFC 7518, section 6.2); `kid` is its thumbprint (RFC 7638)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


def public_keys() -> tuple[PublicKey, ...]:
    """All keys, the signing key first; read from KMS once per process."""
    return tuple(_public_key(key_id) for key_id in settings().token_key_ids)


def sign(text: bytes) -> bytes:
    """Sign up to 4 KB with the first key: the ES256 signature, R and S of 32 bytes each (RFC 7518, section 3.4)."""
    answer = client("kms").sign(KeyId=settings().token_key_ids[0], Message=text, SigningAlgorithm="ECDSA_SHA_256")
    return raw_signature(answer["Signature"])


def raw_signature(der: bytes) -> bytes:
    """A DER signature, as KMS returns it, as R and S of 32 bytes each, as JWTs carry it."""
    return b"".join(number.to_bytes(32) for number in decode_dss_signature(der))


def base64url(content: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@functools.cache
def _public_key(key_id: str) -> PublicKey:
    key = load_der_public_key(client("kms").get_public_key(KeyId=key_id)["PublicKey"])
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError(f"{key_id} is not an ECC_NIST_P256 key")  # noqa: TRY004 - the setting names a wrong key
    numbers = key.public_numbers()
    x, y = base64url(numbers.x.to_bytes(32)), base64url(numbers.y.to_bytes(32))
    thumbprint = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
    kid = base64url(hashlib.sha256(thumbprint.encode()).digest())
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig"}

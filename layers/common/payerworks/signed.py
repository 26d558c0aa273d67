"""Opaque signed tokens: a JSON value that a client carries and cannot change (cursors, change tokens).

A rotation of the secret refuses none of them (secret.py). Both functions raise Unavailable if it cannot be read.
"""

import base64
import hashlib
import hmac

from payerworks import json_text
from payerworks.json_text import Json
from payerworks.secret import accepted_secrets, signing_secret


def write_signed(value: Json, *bound: Json) -> str:
    """A token for a value; `read_signed` needs the same `bound`, such as a purpose and a tenant."""
    text = json_text.write(value).encode()
    return base64.urlsafe_b64encode(_signature(signing_secret(), bound, text) + text).decode().rstrip("=")


def read_signed(token: str, *bound: Json) -> Json:
    """The value of a token. Raises ValueError unless `write_signed` made it with this `bound`."""
    raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    signature, text = raw[:16], raw[16:]
    if not any(hmac.compare_digest(signature, _signature(each, bound, text)) for each in accepted_secrets()):
        raise ValueError("the token was forged, or made for something else")
    return json_text.read(text)


def _signature(secret: str, bound: tuple[Json, ...], text: bytes) -> bytes:
    return hmac.digest(secret.encode(), json_text.write(bound).encode() + b"\n" + text, hashlib.sha256)[:16]

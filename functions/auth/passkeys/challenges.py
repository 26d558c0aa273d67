"""Challenges of WebAuthn (section 13.4.3): random, valid for five minutes, used once.

A challenge is signed and carries its end, so that anybody may ask for one without a write. Its use is written, on
condition that it was not used before, in the transaction of what it serves:
pk `CHALLENGE#{hash}`, sk `CHALLENGE`: `expires` (time to live).
"""

import hashlib
import secrets
import time
from typing import Literal

from payerworks.dynamodb import Item, Part, Table
from payerworks.signed import read_signed, write_signed

_TABLE = Table("auth")
SECONDS = 300
Purpose = Literal["registration", "login"]


def new_challenge(purpose: Purpose, *bound: str) -> bytes:
    """A challenge with 128 random bits; `bound` is whom it is for, where that is known."""
    return write_signed([int(time.time()) + SECONDS, secrets.token_hex(16)], "challenge", purpose, *bound).encode()


def is_valid(challenge: bytes, purpose: Purpose, *bound: str) -> bool:
    """Whether a challenge was made for this, not more than five minutes ago."""
    try:
        expires, _ = read_signed(challenge.decode(), "challenge", purpose, *bound)
    except ValueError:
        return False
    return bool(expires > time.time())


def is_used(challenge: bytes) -> bool:
    """Whether a challenge was used."""
    return _TABLE.get(_key(challenge)) is not None


def use_part(challenge: bytes) -> Part:
    """The use of a challenge, as a part of a transaction, which fails if it was used before."""
    expires = {"expires": {"N": str(int(time.time()) + SECONDS)}}
    return _TABLE.put_part(_key(challenge) | expires, "attribute_not_exists(pk)")


def _key(challenge: bytes) -> Item:
    return {"pk": {"S": f"CHALLENGE#{hashlib.sha256(challenge).hexdigest()}"}, "sk": {"S": "CHALLENGE"}}

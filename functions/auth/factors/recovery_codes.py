"""Recovery codes: each is good for one login without the authenticator app."""

import base64
import hashlib
import secrets

COUNT = 10
RANDOM_BYTES = 10
"""80 bits: too many to guess, so a hash needs neither salt nor cost."""
_GROUP = 4


def new_codes() -> list[str]:
    """New codes such as `jbsw-y3dp-ehpk-3pxp`."""
    texts = [base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower() for _ in range(COUNT)]
    return ["-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)) for text in texts]


def code_hash(code: str) -> str:
    """The hash to store of a code without hyphens and blanks, in any case."""
    return hashlib.sha256(code.lower().encode()).hexdigest()

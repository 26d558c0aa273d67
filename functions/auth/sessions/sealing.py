"""Seal a text with a secret token: only who has the token can open it, not who reads the table."""

import base64
import hashlib
import os

NONCE_BYTES = 12


def seal(text: str, token: str) -> str:
    """The text, encrypted with AES-256-GCM (NIST SP 800-38D) by a key derived from a random token, in base64."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_key(token)).encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str, token: str) -> str:
    """The text that was sealed with this token. Raises ValueError for another token."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    content = base64.b64decode(sealed)
    try:
        return AESGCM(_key(token)).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], None).decode()
    except InvalidTag:
        raise ValueError("the text was sealed with another token") from None


def _key(token: str) -> bytes:
    return hashlib.sha256(b"sealed answer\n" + token.encode()).digest()

"""Hashes of passwords: argon2id (RFC 9106); bcrypt hashes of other systems verify, and are replaced at the next login.

Passwords are given in NFC (password_rules.py).
"""

import functools

import argon2
from argon2.exceptions import VerifyMismatchError

# The minimum of OWASP's Password Storage Cheat Sheet; using half of a function's memory would only slow logins down.
MEMORY_KIB, PASSES, LANES = 19456, 2, 1
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_BCRYPT_BYTES = 72
"""Bytes that bcrypt looks at; the libraries that made the hashes left out the rest of a longer password."""

# The hash of a discarded random password, with the same costs.
_DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$qb0F003DQ1pUUbknUA48nw$TmHw5HA9n/Sef7H0jmqcNRSWdDPJqwoXGky0QTLtMtk"


def hash_password(password: str) -> str:
    """The hash to store, which includes its salt and costs (PHC string format)."""
    return _hasher().hash(password)


def is_correct(password: str, stored_hash: str | None) -> bool:
    """Whether a password matches a stored hash; without a hash, False after the same time as for a wrong password."""
    if stored_hash and stored_hash.startswith(_BCRYPT):
        import bcrypt

        return bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], stored_hash.encode())
    try:
        return _hasher().verify(stored_hash or _DUMMY_HASH, password) and bool(stored_hash)
    except VerifyMismatchError:
        return False


def needs_rehash(stored_hash: str) -> bool:
    """Whether a hash was made by bcrypt, or by argon2 with other costs than today's."""
    return stored_hash.startswith(_BCRYPT) or _hasher().check_needs_rehash(stored_hash)


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

"""Passwords: argon2id (RFC 9106)."""

import functools

import argon2
from argon2.exceptions import VerifyMismatchError

# The minimum of OWASP's Password Storage Cheat Sheet; using half of a function's memory would only slow logins down.
MEMORY_KIB, PASSES, LANES = 19456, 2, 1

# The hash of a discarded random password, with the same costs.
_DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$qb0F003DQ1pUUbknUA48nw$TmHw5HA9n/Sef7H0jmqcNRSWdDPJqwoXGky0QTLtMtk"


def hash_password(password: str) -> str:
    """The hash to store, which includes its salt and costs (PHC string format)."""
    return _hasher().hash(password)


def is_correct(password: str, stored_hash: str | None) -> bool:
    """Whether a password matches a stored hash; without a hash, False after the same time as for a wrong password."""
    try:
        return _hasher().verify(stored_hash or _DUMMY_HASH, password)
    except VerifyMismatchError:
        return False


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

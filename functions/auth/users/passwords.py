"""Passwords: argon2id (RFC 9106)."""

import functools

import argon2
from argon2.exceptions import VerifyMismatchError

# The least that OWASP's Password Storage Cheat Sheet asks for: half the memory a function has would only slow it down.
MEMORY_KIB, PASSES, LANES = 19456, 2, 1

# Of a random password that nobody knows, with the same costs.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$qb0F003DQ1pUUbknUA48nw$TmHw5HA9n/Sef7H0jmqcNRSWdDPJqwoXGky0QTLtMtk"


def hashed(password: str) -> str:
    """The text to keep of a password, with its salt and costs in it (PHC string format)."""
    return _hasher().hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept. Where there is none it takes just as long to say no."""
    try:
        return _hasher().verify(kept or _NOBODYS, password)
    except VerifyMismatchError:
        return False


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

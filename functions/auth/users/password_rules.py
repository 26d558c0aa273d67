"""What a password may be (NIST SP 800-63B, section 3.1.1.2): any characters, but none that everybody tries first."""

import functools
import unicodedata

from payerworks.texts import composed

SHORTEST, LONGEST = 8, 256
"""Characters of a new password, in NFC."""
_COMMON = 10_000
_SHORTEST_PART = 4
"""Characters of an e-mail's local part from which a password must not contain it."""
LIKE_EMAIL = "must not be like the e-mail"


def password(text: str) -> str:
    """A password in NFC, so that it is the same from every keyboard. Raises ValueError if nobody can have it."""
    normal = composed(text, LONGEST)
    if not 1 <= len(normal) <= LONGEST:
        raise ValueError(f"must have 1 to {LONGEST} characters")
    if any(unicodedata.category(character) == "Cc" for character in normal):
        raise ValueError("must not have control characters")
    return normal


def new_password(text: str) -> str:
    """As `password`, for one that is set now. Raises ValueError if it is too short or among the commonest."""
    normal = password(text)
    if len(normal) < SHORTEST:
        raise ValueError(f"must have {SHORTEST} to {LONGEST} characters")
    if normal.lower() in _commonest():
        raise ValueError("is one of the commonest passwords")
    return normal


def is_like_email(chosen: str, email: str) -> bool:
    """Whether a password is an e-mail or its local part, or contains it, in any case."""
    folded = chosen.casefold()
    local = email.partition("@")[0].casefold()
    return folded == local or (len(local) >= _SHORTEST_PART and local in folded) or email.casefold() in folded


@functools.cache
def _commonest() -> frozenset[str]:
    # The list of zxcvbn is in the order of frequency. Its import takes 0.1 s.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"][:_COMMON])

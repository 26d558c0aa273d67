"""Check a code of the second factor: a TOTP code or a recovery code, each accepted once.

Whatever accepts a code changes USER in the same transaction, on condition that the code was not used meanwhile:

1.  A login moves the last time step, or removes the recovery code, as it adds its session.
        Two logins with one code read step 7; the first sets step 8; the condition of the second fails.
2.  A confirmation or a removal requires that `access_version` and the map of sessions are still as it read them.
        A login with the same code comes between and adds a session; the removal is refused and checks the code again.
"""

import re

from auth.factors.recovery_codes import code_hash
from auth.factors.totp import accepted_step
from auth.sessions.session_repository import UserUpdate
from auth.users.repository import Factor, User
from payerworks.dynamodb import Item
from payerworks.errors import BadInput, Fault

ATTRIBUTES = ("otp_secret", "otp_confirmed", "otp_step", "recovery_hashes")
"""What USER has of a second factor."""
_BETWEEN_GROUPS = re.compile(r"[\s-]")


def factor_in_force(user: User) -> Factor | None:
    """The second factor that a login needs, if the user has confirmed one."""
    return user.factor if user.factor and user.factor.is_confirmed else None


def use_of_code(factor: Factor, otp: str) -> UserUpdate | None:
    """What the use of a code changes in its user; None if it is wrong or was used before."""
    step = accepted_step(factor.secret, plain(otp), factor.last_step)
    if step is not None:
        return UserUpdate(sets="otp_step = :step", condition="otp_step < :step", values={":step": {"N": str(step)}})
    hashed = code_hash(plain(otp))
    if hashed in factor.recovery_hashes:
        values: Item = {":code": {"SS": [hashed]}, ":hash": {"S": hashed}}
        return UserUpdate("", "recovery_hashes :code", "contains(recovery_hashes, :hash)", values)
    return None


def plain(otp: str) -> str:
    """A code without what people and apps put between its groups."""
    return _BETWEEN_GROUPS.sub("", otp)


def wrong_code() -> BadInput:
    """The error for a code that is not accepted, in a call whose token is valid."""
    return BadInput("The code is not valid.", errors=[Fault("/otp", "is wrong or was used before")])

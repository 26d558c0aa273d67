"""Change the second factor of the caller."""

from collections.abc import Callable

from auth.limits import attempts
from auth.sessions.session_repository import UserChanged
from auth.users import repository
from auth.users.repository import User
from payerworks.dynamodb import Part, busy
from payerworks.errors import NotFound
from payerworks.http import Request

_TRIES = 5


def change_own(request: Request, change: Callable[[User], None]) -> None:
    """Change the user that calls; once more as it is then, if something else changed it meanwhile."""
    for _ in range(_TRIES):
        user = repository.get_user(request.tenant, request.user_id)
        if user is None:
            raise NotFound("The caller has no account here.")
        try:
            return change(user)
        except UserChanged:
            continue
    raise busy("The account is being changed; try again.")


def begin_check(request: Request) -> Part:
    """Count an attempt at a code of the caller; what forgets it, as a part of the transaction of a success.

    Raises TooManyRequests: who has a token only must not be able to try all codes.
    """
    subject = f"{request.tenant}#{request.user_id}"
    attempts.begin_attempt(attempts.FACTOR, subject)
    return attempts.forget_part(attempts.FACTOR, subject)

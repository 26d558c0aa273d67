"""Change the second factors of the caller: TOTP and passkeys."""

from collections.abc import Callable

from auth.factors.second_factor import factor_in_force
from auth.limits import attempts
from auth.passkeys.passkey_repository import list_passkeys
from auth.sessions.enrolment import must_enrol
from auth.sessions.session_repository import UserChanged, get_session
from auth.users import repository
from auth.users.repository import User
from payerworks.dynamodb import Part, busy
from payerworks.errors import Forbidden, NotFound, Unauthorized
from payerworks.http import Request

_TRIES = 5


def change_own(request: Request, change: Callable[[User], None]) -> None:
    """Change the user that calls; once more as it is then, if something else changed it meanwhile.

    Raises Unauthorized if the session has ended: what it changed would outlast it.
    """
    for _ in range(_TRIES):
        user = repository.get_user(request.tenant, request.user_id)
        if user is None:
            raise NotFound("The caller has no account here.")
        if request.session_id not in user.sessions:
            raise _ended()
        try:
            return change(user)
        except UserChanged:
            continue
    raise busy("The account is being changed; try again.")


def add_own(request: Request, add: Callable[[User], None]) -> None:
    """Add a second factor to the user that calls, as `change_own` does.

    Raises Forbidden for a session that must show a factor and has shown none, if there is one: who has the password
    alone could else add another, and get in beside the existing one.
    """

    def add_first_or_beside(user: User) -> None:
        session = get_session(user.tenant, user.user_id, request.session_id)
        if session is None:
            raise _ended()
        if must_enrol(session) and (factor_in_force(user) or list_passkeys(user)):
            raise Forbidden("This account has a second factor; log in with it first.")
        add(user)

    change_own(request, add_first_or_beside)


def _ended() -> Unauthorized:
    return Unauthorized("The session has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def begin_check(request: Request) -> Part:
    """Count an attempt at a code of the caller; what forgets it, as a part of the transaction of a success.

    Raises TooManyRequests: who has a token only must not be able to try all codes.
    """
    subject = f"{request.tenant}#{request.user_id}"
    attempts.begin_attempt(attempts.FACTOR, subject)
    return attempts.forget_part(attempts.FACTOR, subject)

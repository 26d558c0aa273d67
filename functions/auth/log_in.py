"""POST /auth/login: an access token and a refresh token for an e-mail and its password.

A user with a second factor adds a code of it, or a recovery code, as `otp`; without one the answer is a 401 with
`mfa_required: true`.
The header X-Client-Id, a random id that the client keeps for itself, makes the device known to the user. With
`X-Session: cookie` the refresh token is in a cookie instead of the answer's body.
"""

import contextlib

from auth.factors.second_factor import factor_in_force, use_of_code
from auth.limits import attempts
from auth.passkeys.passkey_repository import list_passkeys
from auth.sessions import logins, session_cookie
from auth.sessions.devices import device_of
from auth.sessions.enrolment import needs_factor
from auth.sessions.session_repository import UserChanged, UserUpdate
from auth.users import repository
from auth.users.models import Credentials
from auth.users.passwords import hash_password, is_correct, needs_rehash
from auth.users.repository import User
from payerworks import json_text
from payerworks.dynamodb import busy
from payerworks.errors import Forbidden, Unauthorized, Unavailable
from payerworks.http import Answer, Request, http_operation
from payerworks.log import count
from payerworks.validation import checked


@http_operation(
    body="auth.users.models.Credentials",
    answers={200: "auth.users.models.LoggedIn"},
    errors=(401, 403, 413, 415, 429),
    headers=("X-Client-Id", "X-Session"),
    public=True,
)
def handler(request: Request) -> Answer:
    credentials = checked(Credentials, json_text.read(request.body()), "The credentials are not valid.")
    by_cookie = session_cookie.is_by_cookie(request)
    device = device_of(request)
    network = attempts.address_subject(request.address)
    attempts.begin_attempt(attempts.LOGIN_ADDRESS, network)
    login = repository.find_login(credentials.email, device.client_hash)
    subject = attempts.login_subject(credentials.email, device.client_hash if login.is_known_device else "")
    attempts.begin_attempt(attempts.LOGIN, subject)
    user = _proved(login.user, credentials.password)
    if factor_in_force(user) and not credentials.otp:
        # Half of a login, and the other half follows: it must not hold up the other users of a large network.
        attempts.take_back(attempts.LOGIN_ADDRESS, network)
        raise _code_missing()
    proof = _proof(user, credentials.otp)
    if proof is None and needs_factor(user.user_type) and list_passkeys(user):
        # A session that only serves to enrol a second factor would let who knows the password add one of their own.
        raise Forbidden("This account logs in with its passkey.")
    forget = attempts.forget_part(attempts.LOGIN, subject)
    try:
        pair = logins.begin(user, device, request.address, [forget], proof)
    except UserChanged:
        # Another login may have used the code meanwhile: then it is wrong now.
        _proof(repository.get_user(user.tenant, user.user_id) or user, credentials.otp)
        raise busy("The account was changed during the login; try again.") from None
    # The login is made, and its code used: what follows must not keep its answer back.
    with contextlib.suppress(Unavailable):
        attempts.take_back(attempts.LOGIN_ADDRESS, network)
    _renew_hash(user, credentials.password)
    return session_cookie.login_answer(pair, user.user_id, logins.session_seconds(), by_cookie=by_cookie)


def _proved(user: User | None, password: str) -> User:
    """The user, if the password is theirs. Raises Unauthorized, and Forbidden for an inactive one."""
    # Checked for unknown e-mails too, so that response times do not reveal which e-mails exist.
    correct = is_correct(password, user.password_hash if user else None)
    if user is None or not correct:
        count("LoginsRefused")
        raise Unauthorized("The e-mail or the password is wrong.", headers={"WWW-Authenticate": "Bearer"})
    if not user.active:
        raise Forbidden("This account is not active.")
    return user


def _renew_hash(user: User, password: str) -> None:
    """Replace a hash by a method or with costs of the past. If that fails, the next login does it."""
    if needs_rehash(user.password_hash):
        with contextlib.suppress(Unavailable):
            repository.replace_hash(user, hash_password(password))


def _proof(user: User, otp: str) -> UserUpdate | None:
    """What the use of a code changes in the user; None without a second factor. Raises Unauthorized."""
    factor = factor_in_force(user)
    if factor is None:
        return None
    use = use_of_code(factor, otp)
    if use is None:
        raise Unauthorized("The code is wrong or was used before.", headers={"WWW-Authenticate": "Bearer"})
    return use


def _code_missing() -> Unauthorized:
    detail = "A code of the second factor is needed too."
    return Unauthorized(detail, headers={"WWW-Authenticate": "Bearer"}, members={"mfa_required": True})

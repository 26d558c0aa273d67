"""POST /auth/passkey-login: an access token and a refresh token for a passkey, without password and second factor.

The headers X-Client-Id and X-Session mean the same as at a login with a password.
"""

import contextlib

from auth.limits import attempts
from auth.passkeys import challenges, passkey_repository, webauthn
from auth.passkeys.models import Assertion, PasskeyLogin
from auth.passkeys.passkey_repository import Passkey
from auth.sessions import logins, session_cookie
from auth.sessions.devices import device_of
from auth.sessions.session_repository import UserChanged, UserUpdate
from auth.users import repository
from auth.users.repository import User
from payerworks import json_text
from payerworks.dynamodb import Part
from payerworks.errors import Forbidden, Unauthorized, Unavailable
from payerworks.http import Answer, Request, http_operation
from payerworks.log import count
from payerworks.validation import checked


@http_operation(
    body="auth.passkeys.models.PasskeyLogin",
    answers={200: "auth.users.models.LoggedIn"},
    errors=(401, 403, 413, 415, 429),
    headers=("X-Client-Id", "X-Session"),
    public=True,
)
def handler(request: Request) -> Answer:
    credential = checked(PasskeyLogin, json_text.read(request.body()), "The request is not valid.").credential
    by_cookie = session_cookie.is_by_cookie(request)
    device = device_of(request)
    network = attempts.address_subject(request.address)
    attempts.begin_attempt(attempts.LOGIN_ADDRESS, network)
    try:
        user, uses = _proved(credential)
    except webauthn.Refused:
        raise _refused() from None
    if not user.active:
        raise Forbidden("This account is not active.")
    try:
        # The passkey is the second factor, and it changes nothing in USER.
        pair = logins.begin(user, device, request.address, uses, UserUpdate())
    except UserChanged:
        # Another call used the challenge or the passkey meanwhile, or the user was changed.
        raise _refused() from None
    # The login is made: what follows must not keep its answer back.
    with contextlib.suppress(Unavailable):
        attempts.take_back(attempts.LOGIN_ADDRESS, network)
    return session_cookie.login_answer(pair, user.user_id, logins.session_seconds(), by_cookie=by_cookie)


def _proved(credential: Assertion) -> tuple[User, list[Part]]:
    """The user that a passkey proves, and what its use writes. Raises Refused."""
    challenge = webauthn.challenge_of(credential)
    if not challenges.is_valid(challenge, "login"):
        raise webauthn.Refused
    user, passkey = _owner(credential)
    sign_count = webauthn.proved(passkey, user, credential, challenge)
    if sign_count <= passkey.sign_count and (sign_count or passkey.sign_count):
        # Somebody may have a copy of the authenticator (WebAuthn, section 7.2, step 21).
        count("PasskeyCounterWentBack")
        raise webauthn.Refused
    return user, [challenges.use_part(challenge), passkey_repository.use_part(user, passkey, sign_count)]


def _owner(credential: Assertion) -> tuple[User, Passkey]:
    passkey_id = passkey_repository.passkey_id_of(webauthn.credential_id(credential))
    owner = passkey_repository.find_owner(passkey_id)
    user = repository.get_user(*owner) if owner else None
    passkey = passkey_repository.get_passkey(user, passkey_id) if user else None
    if user is None or passkey is None:
        raise webauthn.Refused
    return user, passkey


def _refused() -> Unauthorized:
    detail = "The passkey is not known here, or its answer is not valid any more."
    return Unauthorized(detail, headers={"WWW-Authenticate": "Bearer"})

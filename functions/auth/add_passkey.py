"""POST /auth/passkeys: a new passkey of the caller, which a browser made by the options.

If the session only served to enrol a second factor, it has all rights of its user then; others that did must log in
again.
"""

from auth.factors.own_factor import add_own
from auth.passkeys import challenges, passkey_repository, webauthn
from auth.passkeys.models import PasskeyRegistration
from auth.passkeys.passkey_repository import MAX_PASSKEYS, Passkey
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import BadInput, Conflict, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="auth.passkeys.models.PasskeyRegistration",
    answers={201: "auth.passkeys.models.PasskeyEntry"},
    errors=(404, 409, 413, 415),
)
def handler(request: Request) -> Answer:
    given = checked(PasskeyRegistration, json_text.read(request.body()), "The passkey is not valid.")
    try:
        challenge = webauthn.challenge_of(given.credential)
        new = webauthn.registered(given.credential, challenge)
    except webauthn.Refused:
        raise _refused() from None
    at = now()
    passkey_id = passkey_repository.passkey_id_of(new.credential_id)
    passkey = Passkey(passkey_id, given.name, new.credential, new.sign_count, at, at)

    def add(user: User) -> None:
        if not challenges.is_valid(challenge, "registration", user.tenant, user.user_id):
            raise _refused()
        if passkey_repository.find_owner(passkey_id):
            raise Conflict("This passkey is registered already.")
        if challenges.is_used(challenge):
            raise _refused()
        if len(passkey_repository.list_passkeys(user)) >= MAX_PASSKEYS:
            raise Conflict(f"A user may have {MAX_PASSKEYS} passkeys; remove one first.")
        passkey_repository.add_passkey(user, passkey, challenges.use_part(challenge), request.session_id)

    add_own(request, add)
    entry = {"id": passkey_id, "name": given.name, "created_at": at, "last_used_at": at}
    return Answer(201, json_text.write(entry))


def _refused() -> BadInput:
    message = "is no answer to a challenge of the last five minutes"
    return BadInput("The passkey is not valid.", errors=[Fault("/credential", message)])

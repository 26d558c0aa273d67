"""POST /auth/passkeys/options: what a browser needs to make a passkey for the caller, within five minutes."""

from auth.passkeys.challenges import new_challenge
from auth.passkeys.passkey_repository import list_passkeys
from auth.passkeys.webauthn import creation_options
from auth.users import repository
from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.passkeys.models.CreationOptions"}, errors=(404,))
def handler(request: Request) -> Answer:
    user = repository.get_user(request.tenant, request.user_id)
    if user is None:
        raise NotFound("The caller has no account here.")
    challenge = new_challenge("registration", user.tenant, user.user_id)
    return Answer(200, json_text.write(creation_options(user, list_passkeys(user), challenge)))

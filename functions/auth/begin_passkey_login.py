"""POST /auth/passkey-login/options: what a browser needs to log in with a passkey, within five minutes."""

from auth.passkeys.challenges import new_challenge
from auth.passkeys.webauthn import request_options
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.passkeys.models.RequestOptions"}, public=True)
def handler(request: Request) -> Answer:
    return Answer(200, json_text.write(request_options(new_challenge("login"))))

"""POST /auth/token: an access token for a machine, by its id and secret (RFC 6749, section 4.4).

They come in the form, or by HTTP Basic. There is no refresh token: the machine asks again.
"""

import time

from auth.clients import repository
from auth.clients.client import Client, ClientSecret, matching_secret
from auth.clients.token_request import invalid_client, read_credentials
from auth.limits import attempts
from auth.tokens.access_token import TokenSubject, issue_token
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.settings import settings


@http_operation(
    body="auth.clients.models.TokenRequest",
    body_types=("application/x-www-form-urlencoded",),
    answers={200: "auth.clients.models.MachineToken"},
    errors=(401, 413, 415, 429),
    public=True,
)
def handler(request: Request) -> Answer:
    credentials = read_credentials(request)
    client = repository.find_client(credentials.client_id)
    secret = matching_secret(client, credentials.client_secret)
    if client is None or secret is None:
        # Only failures count. Nobody guesses 256 bits, so there is nothing to gain from refusing a right secret; and
        # whoever knows a client's id could else keep the machine from its tokens.
        attempts.begin_attempt(attempts.TOKEN_ADDRESS, attempts.address_subject(request.address))
        attempts.begin_attempt(attempts.TOKEN, credentials.client_id)
        raise invalid_client()
    return Answer(200, _token(client, secret), log={"client_id": client.client_id})


def _token(client: Client, secret: ClientSecret) -> str:
    """models.MachineToken as JSON text; the token ends with its secret at the latest."""
    longest = settings().access_token_seconds
    seconds = min(longest, secret.ends - int(time.time())) if secret.ends else longest
    subject = TokenSubject(client.tenant, client.client_id, secret.secret_id, client.client_id)
    token = issue_token(subject, seconds)
    return json_text.write({"access_token": token, "token_type": "bearer", "expires_in": seconds})

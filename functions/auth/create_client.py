"""POST /clients: make a machine that calls the API; the answer shows its secret this once.

An Idempotency-Key is not used: the answer would have to be kept, and the secret with it. A call that is repeated makes
another client, which the list shows and which can be deleted.
"""

from auth.clients import repository
from auth.clients.answers import with_secret
from auth.clients.client import Client, new_client_id, new_secret
from auth.clients.models import NewClient
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="auth.clients.models.NewClient",
    answers={201: "auth.clients.models.ClientWithSecret"},
    errors=(413, 415),
    answer_headers={201: ("Location",)},
)
def handler(request: Request) -> Answer:
    new = checked(NewClient, json_text.read(request.body()), "The client is not valid.")
    text, secret = new_secret()
    client = Client(request.tenant, new_client_id(request.tenant), new.name, new.roles, now(), (secret,))
    repository.add_client(client)
    headers = {"Location": f"clients/{client.client_id}"}
    return Answer(201, with_secret(client, text), headers, log={"client_id": client.client_id})

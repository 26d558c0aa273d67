"""POST /clients/{id}/rotate: give a machine a new secret, which the answer shows this once.

The secret so far and its tokens end at once, or after `overlap_seconds`, so that the machine can be given the new one
before. An overlap never prolongs an end that was decided earlier.
"""

from auth.clients import repository
from auth.clients.answers import with_secret
from auth.clients.client import new_secret, rotated
from auth.clients.models import Rotation
from payerworks import json_text
from payerworks.errors import Conflict, NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(
    body="auth.clients.models.Rotation",
    body_required=False,
    answers={200: "auth.clients.models.ClientWithSecret"},
    errors=(404, 409, 413, 415),
)
def handler(request: Request) -> Answer:
    given = json_text.read(request.body()) if request.event.get("body") else {}
    rotation = checked(Rotation, given, "The rotation is not valid.")
    client = repository.get_client(request.tenant, request.path("id"))
    if client is None:
        raise NotFound("There is no client with this id.")
    text, secret = new_secret()
    if not repository.replace_secrets(client, rotated(client.secrets, secret, rotation.overlap_seconds)):
        raise Conflict("Another call has rotated or deleted this client meanwhile.")
    return Answer(200, with_secret(client, text), log={"client_id": client.client_id})

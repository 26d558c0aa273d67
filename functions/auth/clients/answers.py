"""What administrators are shown of a client when it gets a secret."""

from auth.clients.client import Client
from payerworks import json_text


def with_secret(client: Client, secret: str) -> str:
    """models.ClientWithSecret as JSON text."""
    return json_text.write(
        {"client_id": client.client_id, "client_secret": secret, "name": client.name, "roles": client.roles}
    )

"""GET /clients: the machines of the tenant, the newest first; without their secrets."""

from auth.clients import repository
from auth.clients.client import Client
from auth.clients.models import ClientQuery
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query


@http_operation(query="auth.clients.models.ClientQuery", answers={200: "auth.clients.models.ClientList"})
def handler(request: Request) -> Answer:
    params = query(ClientQuery, request)
    after = position(request, params.cursor)
    clients = repository.list_clients(request.tenant, after, params.limit + 1)
    return page_answer(request, clients, params.limit, _entry, lambda client: client.client_id)


def _entry(client: Client) -> str:
    return json_text.write(
        {
            "client_id": client.client_id,
            "name": client.name,
            "roles": client.roles,
            "created_at": client.created_at,
            "rotated_at": client.secrets[0].created_at,
        }
    )

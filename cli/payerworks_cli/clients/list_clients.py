"""`payerworks clients list`: the machines that may call the API."""

from payerworks_cli.clients.client import PATH, Client
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted


def list_clients(*, target: Target, as_json: AsJson = False) -> None:
    """List the machines that may call the API, without their secrets. An administrator may.

    Example: payerworks clients list
    """
    with session(target, as_json=as_json) as (terminal, api):
        clients = list(api.items(PATH, Client))
        terminal.json({"items": [client.model_dump() for client in clients]})
        rows = [(client.client_id, client.name or "–", ", ".join(client.roles) or "–") for client in clients]
        terminal.table(("client", "name", "roles"), rows, texts=("name", "roles"))
        terminal.line(counted(len(clients), "client"))

"""`payerworks clients delete`: a machine may call the API no more."""

from payerworks_cli.clients.client import ClientId, client_path
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def delete(client_id: ClientId, *, target: Target, as_json: AsJson = False) -> None:
    """Delete a client: its secret and its tokens are refused from now on. An administrator may.

    Example: payerworks clients delete 0f1e2d3c
    """
    with session(target, as_json=as_json) as (terminal, api):
        api.ask("DELETE", client_path(client_id), expect=(200, 204))
        terminal.json({"ok": True, "client_id": client_id})
        terminal.line(f"Client {client_id} is deleted")

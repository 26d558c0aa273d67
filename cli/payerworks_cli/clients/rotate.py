"""`payerworks clients rotate`: a new secret for a machine."""

from payerworks_cli.clients.client import ClientId, client_path, show_secret
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def rotate(client_id: ClientId, *, target: Target, as_json: AsJson = False) -> None:
    """Give a machine a new secret, which is shown once, on the last line. An administrator may.

    Example: payerworks clients rotate 0f1e2d3c
    """
    with session(target, as_json=as_json) as (terminal, api):
        show_secret(api.ask("POST", f"{client_path(client_id)}/rotate", expect=(200, 201)), terminal)

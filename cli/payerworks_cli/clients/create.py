"""`payerworks clients create`: let a machine call the API."""

from typing import Annotated

import typer

from payerworks_cli.clients.client import PATH, show_secret
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.users.user import ROLES_HELP, Role


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the machine is called in lists and logs.")],
    roles: Annotated[list[Role], typer.Option("--role", metavar="ROLE", help=f"As often as needed: {ROLES_HELP}")],
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Let a machine call the API with an id and a secret (POST /auth/token). An administrator may.

    The secret is shown once, on the last line.

    Example: payerworks clients create clearinghouse --role claims
    """
    with session(target, as_json=as_json) as (terminal, api):
        show_secret(api.ask("POST", PATH, expect=(200, 201), json={"name": name, "roles": roles}), terminal)

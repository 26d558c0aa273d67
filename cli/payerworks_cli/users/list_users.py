"""`payerworks users list`: the users that match filters."""

from typing import Annotated

import typer

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by
from payerworks_cli.users.user import PATH, ROLES_HELP, TYPES_HELP, PersonType, Role, User, show_users


def list_users(
    user_type: Annotated[PersonType | None, typer.Option("--type", metavar="TYPE", help=TYPES_HELP)] = None,
    role: Annotated[Role | None, typer.Option(metavar="ROLE", help=ROLES_HELP)] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The user with this e-mail.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List users. An administrator may.

    Example: payerworks users list --type staff --role claims
    """
    filters = {"type": user_type, "role": role, "email": email}
    with session(target, as_json=as_json) as (terminal, api):
        users = list(api.items(PATH, User, filters, limit + 1))
        shown, more = users[:limit], len(users) > limit
        terminal.json({"items": [user.model_dump() for user in shown], "more": more})
        show_users(shown, terminal)
        terminal.line(f"{counted(len(shown), 'user')}{more_by(10 * limit) if more else ''}")

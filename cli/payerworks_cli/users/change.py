"""`payerworks users enable`, `disable` and `roles`: change what a user may do."""

from typing import Annotated, Any

import typer

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.users.show import show_user
from payerworks_cli.users.user import ROLES_HELP, TYPES_HELP, PersonType, Role, UserId, user_path


def disable(user: UserId, *, target: Target, as_json: AsJson = False) -> None:
    """Disable a user: all its sessions end, and it cannot log in until it is enabled. An administrator may.

    Example: payerworks users disable ann@example.com
    """
    _change(user, {"active": False}, target, as_json=as_json)


def enable(user: UserId, *, target: Target, as_json: AsJson = False) -> None:
    """Let a disabled user log in again. An administrator may.

    Example: payerworks users enable ann@example.com
    """
    _change(user, {"active": True}, target, as_json=as_json)


def roles(
    user: UserId,
    roles: Annotated[list[Role] | None, typer.Argument(metavar="[ROLE]...", help=ROLES_HELP)] = None,
    none: Annotated[bool, typer.Option("--none", help="Take all roles away.")] = False,
    user_type: Annotated[
        PersonType | None, typer.Option("--type", metavar="TYPE", help=f"Change the type too: {TYPES_HELP}")
    ] = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Give a user exactly these roles, and another type if asked. An administrator may.

    Example: payerworks users roles ann@example.com claims plans
    """
    if (roles and none) or not (roles or none or user_type):
        raise typer.BadParameter("name the roles, or --none for no roles.")
    change: dict[str, Any] = {"roles": roles or []} if roles or none else {}
    _change(user, change | ({"user_type": user_type} if user_type else {}), target, as_json=as_json)


def _change(user: str, change: dict[str, Any], target: Target, *, as_json: bool) -> None:
    with session(target, as_json=as_json) as (terminal, api):
        show_user(api.ask("PATCH", user_path(api, user), json=change), terminal)

"""A user as commands read and show it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput
from payerworks_cli.terminal import Terminal

PATH = "/users"

PersonType = Literal["patient", "doctor", "institution", "staff", "admin"]
"""The types of users who log in; a machine is a client."""
UserId = Annotated[str, typer.Argument(metavar="USER", help="The user's id or e-mail.")]
TYPES_HELP = "patient, doctor, institution, staff or admin."
ROLES_HELP = "plans, claims, intake, directory, support, operations or audit."


class Role(StrEnum):
    """What staff and machines may do. Options that may be repeated take no Literal."""

    PLANS = "plans"
    CLAIMS = "claims"
    INTAKE = "intake"
    DIRECTORY = "directory"
    SUPPORT = "support"
    OPERATIONS = "operations"
    AUDIT = "audit"


class User(BaseModel, extra="allow"):
    """A user; other members are kept. `reference_id` names its patient, doctor or institution."""

    user_id: str
    email: str
    user_type: str
    roles: list[str] = []
    reference_id: str | None = None
    active: bool = True


def user_path(api: Api, user: str) -> str:
    """The path of a user, who is given by id or e-mail. Raises BadInput if nobody has the e-mail."""
    if "@" not in user:
        return f"{PATH}/{quote(user, safe='')}"
    found = find_user(api, user)
    if found is None:
        raise BadInput(f"No user has the e-mail {user}: `{api.deployment.command('users list')}` lists all.")
    return f"{PATH}/{quote(found.user_id, safe='')}"


def find_user(api: Api, email: str) -> User | None:
    """The user with an e-mail; None if there is none."""
    return next(api.items(PATH, User, {"email": email}, limit=1), None)


def show_users(users: Sequence[User], terminal: Terminal) -> None:
    """The users as a table."""
    rows = [
        (user.user_id, user.email, user.user_type, state(user), user.reference_id or "–", roles_text(user))
        for user in users
    ]
    columns = ("user", "e-mail", "type", "state", "reference", "roles")
    terminal.table(columns, rows, texts=("roles",), spare=("reference", "user"))


def state(user: User) -> str:
    return "active" if user.active else "disabled"


def roles_text(user: User) -> str:
    return ", ".join(user.roles) or "–"

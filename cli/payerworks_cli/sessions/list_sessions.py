"""`payerworks sessions list`: where an account is logged in."""

from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted
from payerworks_cli.users.user import user_path

OfUser = Annotated[
    str | None, typer.Option("--user", metavar="USER", help="Of this user, by id or e-mail; an administrator may.")
]


class UserSession(BaseModel, extra="allow"):
    """A login of a user on a device; other members are kept."""

    id: str
    device: str
    address: str
    created_at: str
    last_used_at: str
    expires_at: str
    current: bool = False


def sessions_path(api: Api, user: str | None) -> str:
    """The path of the caller's sessions, or of those of a user."""
    return f"{user_path(api, user)}/sessions" if user else "/auth/sessions"


def list_sessions(user: OfUser = None, *, target: Target, as_json: AsJson = False) -> None:
    """List the sessions of an account, the latest login first: one's own, or a user's.

    Example: payerworks sessions list --user ann@example.com
    """
    with session(target, as_json=as_json) as (terminal, api):
        sessions = list(api.items(sessions_path(api, user), UserSession))
        terminal.json({"items": [each.model_dump() for each in sessions]})
        rows = [
            (
                each.id,
                f"{each.device or '–'}{' (this one)' if each.current else ''}",
                each.address,
                second(each.created_at),
                second(each.last_used_at),
                second(each.expires_at),
            )
            for each in sessions
        ]
        columns = ("session", "device", "address", "began", "last used", "ends")
        terminal.table(columns, rows, texts=("device",), spare=("began", "ends", "address"))
        terminal.line(counted(len(sessions), "session"))

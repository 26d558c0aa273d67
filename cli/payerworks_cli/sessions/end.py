"""`payerworks sessions end`: log an account out on another device."""

from typing import Annotated
from urllib.parse import quote

import typer

from payerworks_cli.errors import BadOption
from payerworks_cli.session import AsJson, session
from payerworks_cli.sessions.list_sessions import OfUser, sessions_path
from payerworks_cli.target import Target

SessionId = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="The session's id, as `payerworks sessions list` shows it.")
]


def end(
    session_id: SessionId = None,
    user: OfUser = None,
    every: Annotated[bool, typer.Option("--all", help="All sessions of the user.")] = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """End a session: its next call is refused. One's own, or a user's one or all.

    Example: payerworks sessions end 0f1e2d3c
    """
    with session(target, as_json=as_json) as (terminal, api):
        if every and not user:
            raise BadOption(f"`{terminal.command('logout --everywhere')}` ends all sessions of your own.")
        if every == (session_id is not None):
            raise BadOption("Name one session, or --all of a user.")
        one = "" if session_id is None else f"/{quote(session_id, safe='')}"
        api.ask("DELETE", f"{sessions_path(api, user)}{one}", expect=(200, 204))
        terminal.json({"ok": True})
        terminal.line(f"All sessions of {user} are ended" if every else f"Session {session_id} is ended")

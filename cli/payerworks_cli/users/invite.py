"""`payerworks users invite`: a link by which a user chooses a password."""

from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal
from payerworks_cli.users.user import UserId, user_path


def invite(user: UserId, *, target: Target, as_json: AsJson = False) -> None:
    """Let a user choose a password by a link: it is mailed, or shown here once. An administrator may.

    Example: payerworks users invite ann@example.com
    """
    with session(target, as_json=as_json) as (terminal, api):
        invitation = new_invitation(api, user_path(api, user))
        terminal.json({"ok": True} | invitation)
        show_invitation(user, invitation, terminal)


def new_invitation(api: Api, path: str) -> dict[str, Any]:
    """Invite the user with a path of the API: `token`, `link` and `expires_at`, or nothing if the service mails it."""
    answer = api.ask("POST", f"{path}/invite", expect=(200, 202))
    invitation: dict[str, Any] = answer.json() if answer.status == 200 else {}
    return invitation


def show_invitation(user: str, invitation: dict[str, Any], terminal: Terminal) -> None:
    """An invitation: its link and token, each alone on its line, if the service does not mail it."""
    shown = [str(invitation[name]) for name in ("link", "token") if invitation.get(name)]
    if not shown:
        terminal.line(f"{user} gets the link by e-mail")
        return
    until = f", until {second(invitation['expires_at'])}" if invitation.get("expires_at") else ""
    terminal.line(f"Hand this to {user}; it is not shown again, and works once{until}:")
    for secret in shown:
        terminal.line(secret)

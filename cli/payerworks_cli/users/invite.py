"""`payerworks users invite`: a link by which a user chooses a password."""

from typing import Any

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
        answer = api.ask("POST", f"{user_path(api, user)}/invite", expect=(200, 201, 202, 204))
        invitation = answer.json() if answer.content else {}
        terminal.json({"ok": True} | invitation)
        show_invitation(user, invitation, terminal)


def show_invitation(user: str, invitation: dict[str, Any], terminal: Terminal) -> None:
    """What the answer to an invitation says: a link or token, alone on its line, if the service does not mail it."""
    shown = [str(invitation[name]) for name in ("link", "token") if invitation.get(name)]
    if not shown:
        terminal.line(f"{user} gets the link by e-mail")
        return
    until = f", until {second(invitation['expires_at'])}" if invitation.get("expires_at") else ""
    terminal.line(f"Hand this to {user}; it is not shown again, and works once{until}:")
    for secret in shown:
        terminal.line(secret)

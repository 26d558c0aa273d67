"""`payerworks users show`: a user as it is stored."""

from collections.abc import Mapping
from typing import Any

from payerworks_cli.answer import Answer
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal
from payerworks_cli.users.user import User, UserId, roles_text, state, user_path


def show(user: UserId, *, target: Target, as_json: AsJson = False) -> None:
    """Show a user: type, roles, whom it stands for, and whether it is active.

    Example: payerworks users show ann@example.com
    """
    with session(target, as_json=as_json) as (terminal, api):
        show_user(api.ask("GET", user_path(api, user)), terminal)


def show_user(answer: Answer, terminal: Terminal, further: Mapping[str, Any] = {}) -> None:
    """The user of an answer, all of it; `further` members are for --json."""
    user = answer.parse(User)
    terminal.json(answer.json() | further)
    terminal.line(f"User {user.user_id}", style="bold")
    others = [(name.replace("_", " "), _text(value)) for name, value in (user.model_extra or {}).items()]
    terminal.pairs(
        [
            ("e-mail", user.email),
            ("type", user.user_type),
            ("state", state(user)),
            ("roles", roles_text(user)),
            ("reference id", user.reference_id or "–"),
            *others,
        ]
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return second(value) if isinstance(value, str) and value else "–" if value in (None, "") else f"{value}"

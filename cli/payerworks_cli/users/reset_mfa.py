"""`payerworks users reset-mfa`: help a user who has lost the second factor."""

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.users.user import UserId, user_path


def reset_mfa(user: UserId, *, target: Target, as_json: AsJson = False) -> None:
    """Take the second factor and all passkeys from a user who has lost them. An administrator may.

    Make sure first that it is the user who asks: the password alone opens the account afterwards.

    Example: payerworks users reset-mfa ann@example.com
    """
    with session(target, as_json=as_json) as (terminal, api):
        api.ask("DELETE", f"{user_path(api, user)}/mfa", expect=(204,))
        terminal.json({"ok": True})
        terminal.line(f"{user} has no second factor any more, and is logged out everywhere")

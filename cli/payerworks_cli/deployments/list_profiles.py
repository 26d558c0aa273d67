"""`payerworks profiles`: who is logged in where."""

from payerworks_cli.profiles import profiles
from payerworks_cli.session import AsJson
from payerworks_cli.shown_values import second
from payerworks_cli.terminal import command_terminal, counted

COLUMNS = ("profile", "account", "valid until", "API")


def list_profiles(as_json: AsJson = False) -> None:
    """List the logins of this user, without their tokens.

    Example: payerworks profiles
    """
    with command_terminal(as_json=as_json) as terminal:
        found = list(profiles())
        rows = [(name, profile.email, second(profile.expires_at), profile.api_url) for name, profile in found]
        fields = ("profile", "email", "expires_at", "api_url")
        terminal.json({"items": [dict(zip(fields, row, strict=True)) for row in rows]})
        terminal.table(COLUMNS, rows)
        terminal.line(counted(len(rows), "profile"))

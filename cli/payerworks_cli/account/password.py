"""`payerworks password`: change one's own password."""

from payerworks_cli.account.own_account import own_account, prove
from payerworks_cli.passwords import FromStdin, asked_new_password, asked_password
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target

PATH = "/auth/password"


def password(password_stdin: FromStdin = False, *, target: Target, as_json: AsJson = False) -> None:
    """Change one's own password. Both passwords are asked for, or read as two lines, the current one first.

    Example: payerworks password --profile prod
    """
    with own_account(target, as_json=as_json) as (terminal, api):
        current = asked_password("Current password: ", from_stdin=password_stdin)
        new = asked_new_password(from_stdin=password_stdin)
        sent = {"current_password": current, "new_password": new}
        prove(api, "POST", PATH, sent)
        terminal.json({"ok": True})
        terminal.line("The password is changed")

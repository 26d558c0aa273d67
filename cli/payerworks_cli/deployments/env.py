"""`payerworks env`: address and token as variables of a shell."""

import shlex

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def env(*, target: Target, as_json: AsJson = False) -> None:
    """Print the address of the API and a token as variables of a shell, API and TOKEN, for curl and scripts.

    Example: eval "$(payerworks env)"
    """
    with session(target, as_json=as_json) as (terminal, api):
        variables = {"API": api.deployment.api_url.rstrip("/"), "TOKEN": api.token}
        terminal.json({"api_url": variables["API"], "token": variables["TOKEN"]})
        if not as_json:
            for name, value in variables.items():
                print(f"export {name}={shlex.quote(value)}")

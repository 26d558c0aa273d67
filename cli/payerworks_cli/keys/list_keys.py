"""`payerworks keys list`: the keys that sign access tokens."""

from payerworks_cli.keys.token_keys import show_keys
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target
from payerworks_cli.terminal import command_terminal


def list_keys(*, target: Target, as_json: AsJson = False) -> None:
    """List the keys that sign access tokens, or did so for tokens that are still valid. Needs AWS itself.

    Example: payerworks keys list
    """
    with command_terminal(as_json=as_json) as terminal:
        show_keys({"list": True}, target, terminal)

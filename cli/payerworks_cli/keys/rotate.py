"""`payerworks keys rotate`: sign access tokens with a new key."""

from typing import Annotated

import typer

from payerworks_cli.keys.token_keys import show_keys
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target
from payerworks_cli.terminal import command_terminal

Now = Annotated[
    bool, typer.Option("--now", help="Sign with it at once, before other caches of the public keys have it.")
]


def rotate(now: Now = False, *, target: Target, as_json: AsJson = False) -> None:
    """Add a key: it signs once everybody can have read it, and the old one ends after its last token. Needs AWS itself.

    Example: payerworks keys rotate
    """
    with command_terminal(as_json=as_json) as terminal:
        show_keys({"now": True} if now else {}, target, terminal)

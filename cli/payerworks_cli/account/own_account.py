"""The account that somebody logged in with, for commands that change what it logs in with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from payerworks_cli.api import LONGEST_WAIT_AT_LOGIN_SECONDS, Api
from payerworks_cli.errors import BadOption
from payerworks_cli.session import session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


@contextmanager
def own_account(target: Target, *, as_json: bool) -> Iterator[tuple[Terminal, Api]]:
    """Like `session`. Raises BadOption for a stack on this machine: its commands log in as outputs.json says."""
    with session(target, as_json=as_json) as (terminal, api):
        if api.deployment.password:
            raise BadOption(
                "Commands on a stack on this machine log in with the password in its outputs.json, so it stays as it "
                "is: `payerworks login --api-url URL` logs in with an account of your own."
            )
        yield terminal, api


def prove(api: Api, method: str, path: str, sent: Mapping[str, str]) -> None:
    """A call with a password or code of the account.

    Raises ApiProblem, at once if it would have to wait for more than a few seconds: codes change, and somebody waits.
    """
    api.ask(method, path, expect=(204,), gives_up_above=LONGEST_WAIT_AT_LOGIN_SECONDS, json=sent)

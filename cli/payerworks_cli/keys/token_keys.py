"""The keys that sign access tokens, which a function of the stack keeps."""

from collections.abc import Mapping

from pydantic import BaseModel

from payerworks_cli.answer import parse
from payerworks_cli.aws import invoke
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import Terminal

FUNCTION = "RotateTokenKeys"


class TokenKey(BaseModel, extra="allow"):
    """A key: when it begins to sign, and when the last token that it signed ends; other members are kept."""

    kid: str
    state: str
    signs_from: str | None = None
    ends: str | None = None


class KeyList(BaseModel):
    """What the function answers."""

    keys: list[TokenKey]


def show_keys(event: Mapping[str, bool], target: Target, terminal: Terminal) -> None:
    """Call the function, and show all keys after that. Raises CommandError."""
    stack = find_stack(target, "What keeps the keys")
    keys = parse(KeyList, invoke(stack, FUNCTION, event), FUNCTION).keys
    terminal.json({"items": [key.model_dump() for key in keys]})
    rows = [(key.kid, key.state, _time(key.signs_from), _time(key.ends)) for key in keys]
    terminal.table(("key", "state", "signs from", "ends"), rows)


def _time(text: str | None) -> str:
    return second(text) if text else "–"

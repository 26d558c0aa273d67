"""Change a user however many others do so at the same time."""

from collections.abc import Callable
from typing import TypeVar

from auth.sessions.session_repository import UserChanged
from payerworks.dynamodb import busy

Result = TypeVar("Result")

_TRIES = 10


def retry_on_change(change: Callable[[], Result]) -> Result:
    """The result of `change`, which reads the user and changes it, again if others changed it in between.

    Raises Unavailable if they do so every time.
    """
    for _ in range(_TRIES):
        try:
            return change()
        except UserChanged:
            continue
    raise busy("Others are changing this account; try again.")

"""Others that act between two calls of DynamoDB, and answers that come when a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from payerworks.aws import client


class Killed(BaseException):
    """The process is gone."""


def kill() -> None:
    """Let the process die; for `before_call` and `after_call`."""
    raise Killed


@contextmanager
def before_call(operation: str, act: Callable[[], object], *, number: int = 0, times: int = 1) -> Iterator[None]:
    """Before the call of an operation with this number, from 0, and the next ones, `times` in all, others act.

    `operation` is DynamoDB's name, or `*` for all of them. What the others call is not counted.
    """
    with _at("before-call", operation, act, number, times):
        yield


@contextmanager
def after_call(operation: str, act: Callable[[], object], *, number: int = 0, times: int = 1) -> Iterator[None]:
    """As `before_call`, when the call has been answered."""
    with _at("after-call", operation, act, number, times):
        yield


@contextmanager
def _at(event: str, operation: str, act: Callable[[], object], number: int, times: int) -> Iterator[None]:
    made, acting = 0, False

    def interleave(**_: Any) -> None:
        nonlocal made, acting
        if acting:
            return
        made += 1
        if number < made <= number + times:
            acting = True
            try:
                act()
            finally:
                acting = False

    name = f"{event}.dynamodb" if operation == "*" else f"{event}.dynamodb.{operation}"
    events = client("dynamodb").meta.events
    events.register(name, interleave)
    try:
        yield
    finally:
        events.unregister(name, interleave)


@contextmanager
def answers_without(operation: str, hides: Callable[[dict[str, Any]], bool], *, times: int) -> Iterator[None]:
    """The first answers to a Query or GetItem lack the items that `hides` is true for: they become readable later."""
    left = times

    def hide(parsed: dict[str, Any], **_: Any) -> None:
        nonlocal left
        hidden = [item for item in parsed.get("Items", [parsed.get("Item", {})]) if item and hides(item)]
        if left <= 0 or not hidden:
            return
        left -= 1
        if "Item" in parsed:
            del parsed["Item"]
        else:
            parsed["Items"] = [item for item in parsed["Items"] if item not in hidden]

    name = f"after-call.dynamodb.{operation}"
    events = client("dynamodb").meta.events
    events.register(name, hide)
    try:
        yield
    finally:
        events.unregister(name, hide)

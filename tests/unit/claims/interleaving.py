"""Put something else between a function's calls of DynamoDB, and change what it is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from payerworks.aws import client


def text_of(params: Any) -> str:
    """The body of a request."""
    body = params["body"]
    return body.decode() if isinstance(body, bytes) else str(body)


@contextmanager
def before(operation: str, do: Callable[[], object], *, holding: str = "") -> Iterator[list[str]]:
    """Before the first call of an operation whose body has a text, do something else.

    Yields the bodies of all such calls, those of `do` too.
    """
    bodies: list[str] = []

    def interrupt(params: Any, **_: Any) -> None:
        if holding in text_of(params):
            bodies.append(text_of(params))
            if len(bodies) == 1:
                do()

    name, events = f"before-call.dynamodb.{operation}", client("dynamodb").meta.events
    events.register_first(name, interrupt)
    try:
        yield bodies
    finally:
        events.unregister(name, interrupt)


@contextmanager
def answers_changed(operation: str, change: Callable[[str, dict[str, Any]], None]) -> Iterator[None]:
    """Each answer of an operation is changed by a function that gets the body of the request and the answer."""
    bodies: list[str] = []

    def remember(params: Any, **_: Any) -> None:
        bodies.append(text_of(params))

    def change_answer(parsed: dict[str, Any], **_: Any) -> None:
        change(bodies[-1], parsed)

    events = client("dynamodb").meta.events
    handlers = {f"before-call.dynamodb.{operation}": remember, f"after-call.dynamodb.{operation}": change_answer}
    for name, handler in handlers.items():
        events.register_first(name, handler)
    try:
        yield
    finally:
        for name, handler in handlers.items():
            events.unregister(name, handler)

"""Keep a message hidden while it is worked on, so that it comes again minutes after its worker died.

A queue hides a message for six times its function's time, as Lambda asks for, which is an hour and a half for a split.
A worker that keeps its message hidden by heartbeats needs none of that: when it dies, they end.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from payerworks.visibility import hide

SECONDS = 60.0
"""Between two heartbeats."""
HIDDEN_SECONDS = 180
"""How long a heartbeat hides the message: two of three may fail before it comes again, beside its living worker."""


@contextmanager
def kept_hidden(record: dict[str, Any]) -> Iterator[None]:
    """Hide a message of an SQS event, from now until the block ends, for HIDDEN_SECONDS after the last heartbeat."""
    ended = threading.Event()
    hide([record], [HIDDEN_SECONDS])
    beats = threading.Thread(target=_beat_until, args=(record, ended), daemon=True)
    beats.start()
    try:
        yield
    finally:
        ended.set()
        beats.join()  # so that no late heartbeat undoes the pause of a message that failed


def _beat_until(record: dict[str, Any], ended: threading.Event) -> None:
    while not ended.wait(SECONDS):
        hide([record], [HIDDEN_SECONDS])

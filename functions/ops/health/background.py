"""Calls that run in the background, and are waited for only so long."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")


def start(function: Callable[[], Result]) -> Callable[[float], Result | None]:
    """Call a function in the background; the returned one waits for its result, at most so many seconds (then None)."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function)
    # Do not wait for a call that hangs: it ends with its own time-outs.
    pool.shutdown(wait=False)

    def result(seconds: float) -> Result | None:
        wait([future], timeout=seconds)
        return future.result() if future.done() else None

    return result

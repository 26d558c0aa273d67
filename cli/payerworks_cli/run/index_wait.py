"""Wait until the search index has caught up with the table."""

import time
from collections.abc import Callable

from payerworks_cli.errors import TookTooLong
from payerworks_cli.timeouts import Timeouts


def wait_until(holds: Callable[[], bool], timeouts: Timeouts, failure: Callable[[], str]) -> float:
    """Poll until something holds; the seconds it took. Raises TookTooLong with the words of `failure`."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > timeouts.indexed:
            raise TookTooLong(
                f"{failure()} within {timeouts.indexed:.0f} s; the search index follows the table: `make logs`."
            )
        time.sleep(timeouts.poll)
    return time.monotonic() - began

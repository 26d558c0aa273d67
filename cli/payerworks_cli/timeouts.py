"""How long the command waits for the service."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from payerworks_cli.errors import TookTooLong


@dataclass(frozen=True)
class Timeouts:
    """All in seconds."""

    poll: float = 0.4  # between two polls of a job or the index
    totals: float = 1.6  # between two reads of the totals, which allow ten calls a minute
    job_appears: float = 90.0
    job_stands_still: float = 300.0
    indexed: float = 30.0
    payments_stand_still: float = 30.0  # then unpaid claims are reported as waiting
    totals_move: float = 30.0

    def wait_until_indexed(self, holds: Callable[[], bool], failure: Callable[[], str], logs: str) -> float:
        """Poll until something holds; the seconds it took.

        Raises TookTooLong with the words of `failure` and where the `logs` are.
        """
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > self.indexed:
                raise TookTooLong(
                    f"{failure()} within {self.indexed:.0f} s; the search index follows the table: see {logs}."
                )
            time.sleep(self.poll)
        return time.monotonic() - began

"""How long the command waits for the service."""

from dataclasses import dataclass


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

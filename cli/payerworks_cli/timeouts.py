"""How long the command waits for what the service does by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """All in seconds."""

    look: float = 0.4  # between two looks at a job or the index
    totals: float = 1.6  # between two looks at totals, which ten calls a minute may ask for
    job_appears: float = 90.0
    job_of_known_bytes_appears: float = 20.0  # after it, the job that ingested the same bytes before is the answer
    job_stands_still: float = 300.0
    indexed: float = 30.0
    payments_stand_still: float = 30.0  # after it, what is not paid is told as waiting
    totals_move: float = 30.0

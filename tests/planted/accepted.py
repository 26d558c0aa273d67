"""Faults that no unit test has to notice, each with its reason."""

from typing import NamedTuple


class Accepted(NamedTuple):
    """A fault by rule: its file, the function or class that has it, what it changes, and why it may survive."""

    file: str
    where: str
    change: str
    reason: str


ACCEPTED: tuple[Accepted, ...] = (
    Accepted(
        "functions/search/indexes/backfill.py",
        "read_ahead",
        "`1` → `2`",
        "equivalent: the next page is asked for when the one before is there, so a second thread has nothing to do",
    ),
    Accepted(
        "functions/search/jobs/drift_check.py",
        "next_slice",
        "`refresh(job.index)` → `pass`",
        "saves time alone: what is not yet searchable becomes a suspect, and suspects are looked at again",
    ),
    Accepted(
        "functions/plans/index/query.py",
        "services_body",
        "`False` → `True`",
        "saves time alone: OpenSearch would give sources and a total that nobody reads",
    ),
)

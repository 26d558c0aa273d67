"""A row of the benchmark: the median of several rounds, their spread, and the limit of the median."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """One figure per round. The median must be at most `limit` or at least `least`; `unit` is empty for a ratio."""

    name: str
    figures: Sequence[float]
    limit: float | None = None
    unit: str = ""
    least: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.figures)

    @property
    def is_within_limit(self) -> bool:
        return (self.limit is None or self.median <= self.limit) and (self.least is None or self.median >= self.least)

    def __str__(self) -> str:
        spread = f"{min(self.figures):.2f}–{max(self.figures):.2f}"
        bound = self.limit if self.limit is not None else self.least
        limit = f"{bound:>6.2f}" if bound is not None else " " * 6
        missed = "" if self.is_within_limit else "  over" if self.limit is not None else "  under"
        return f"{self.name:<60}{self.median:>9.2f}{self.unit:<2}{spread:<15} {limit}{missed}"

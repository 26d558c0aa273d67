"""The rows that were rejected, as CSV that a person can correct in a spreadsheet and upload again."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intake.files.columns import LINE, REJECT_REASON

# What a spreadsheet takes for a formula (OWASP, "CSV Injection"), behind any number of the signs that keep it from it.
_RUNS = re.compile(r"'*[=+\-@\t\r]")
_KEPT_FROM_RUNNING = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected row: its first line in the file, why, and its cells as they were."""

    line: int
    reason: str
    cells: list[str]


def safe(cell: str) -> str:
    """The cell, led by `'` where a spreadsheet would run it; `loosened` gives it back."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def loosened(cell: str) -> str:
    """The cell that `safe` was given."""
    return cell[1:] if _KEPT_FROM_RUNNING.match(cell) else cell


def header_row(columns: Sequence[str], delimiter: str) -> str:
    """The first line of a list of rejects: the file's own columns, `line` and `reject_reason`.

    Of a file that was a list of rejects itself, the old line and reason are left out.
    """
    return _row([columns[number] for number in _kept(columns)] + [LINE, REJECT_REASON], delimiter)


def reject_rows(rejects: Iterable[Reject], columns: Sequence[str], delimiter: str) -> Iterator[tuple[int, str]]:
    """Rejected rows as they stand in the list below `header_row`, each with its line, in the order of the lines.

    Of a row with too many cells, the surplus stands in its last column, as one text; one with too few is filled up.
    """
    kept = _kept(columns)
    for reject in sorted(rejects, key=lambda reject: reject.line):
        cells = _fitted(reject.cells, len(columns), delimiter)
        own = [safe(cells[number]) for number in kept]
        yield reject.line, _row([*own, str(reject.line), reject.reason], delimiter)


def _kept(columns: Sequence[str]) -> list[int]:
    return [number for number, name in enumerate(columns) if name.strip().lower() not in (LINE, REJECT_REASON)]


def _row(cells: Iterable[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _fitted(cells: list[str], count: int, delimiter: str) -> list[str]:
    surplus = cells[count - 1 :]
    if len(surplus) > 1:
        return [*cells[: count - 1], delimiter.join(surplus)]
    return cells + [""] * (count - len(cells))

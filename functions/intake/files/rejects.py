"""Rejected rows as CSV that a person can correct in a spreadsheet and upload again."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.files.columns import LINE, REJECT_REASON

# A cell that a spreadsheet would run as a formula (OWASP, "CSV Injection"), after any number of `'`, our guard.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

DUPLICATES_HEADER = f"{LINE},duplicate_of\r\n"


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected row: its first line in the file, the reason, and its original cells."""

    line: int
    reason: str
    cells: list[str]


def guarded(cell: str) -> str:
    """The cell, with a leading `'` if a spreadsheet would run it; `unguarded` reverses this."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The original of a guarded cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def header_row(columns: Sequence[str], delimiter: str) -> str:
    """The first line of a list of rejects: the file's own columns, `line` and `reject_reason`.

    If the file is itself a list of rejects, its old `line` and `reject_reason` are left out.
    """
    return _row([columns[number] for number in _own_columns(columns)] + [LINE, REJECT_REASON], delimiter)


def reject_rows(rejects: Iterable[Reject], columns: Sequence[str], delimiter: str) -> Iterator[tuple[int, str]]:
    """The lines of a list of rejects below `header_row`, each with its row's line in the file, sorted by that line.

    The surplus cells of a row that is too long become the text of its last column; a row that is too short is padded.
    """
    own_columns = _own_columns(columns)
    for reject in sorted(rejects, key=lambda reject: reject.line):
        cells = _fitted(reject.cells, len(columns), delimiter)
        own_cells = [guarded(cells[number]) for number in own_columns]
        yield reject.line, _row([*own_cells, str(reject.line), reject.reason], delimiter)


def duplicate_rows(duplicates: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """The lines of a list of duplicates below its header, DUPLICATES_HEADER, each with its row's line in the file.

    `duplicates` has the id of the visit or claim that a row repeats, by the row's line.
    """
    return ((line, f"{line},{stored_id}\r\n") for line, stored_id in sorted(duplicates.items()))


def _own_columns(columns: Sequence[str]) -> list[int]:
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

"""Rejected rows as CSV that a person can correct in a spreadsheet and upload again."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.files.columns import LINE, REJECT_REASON, reject_columns
from payerworks.csv_header import DELIMITERS

# A cell that a spreadsheet would run as a formula (OWASP, "CSV Injection"), after any number of `'`, our guard.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

TO_CHECK = "check all cells of this row, then empty this one"
"""Ends the reason of a row that is no row of cells as it stands: the cells in the list are a guess, so they are not
stored before a person has looked at them."""
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


def header_row(columns: Sequence[str], delimiter: str, *, is_reject_list: bool = False) -> str:
    """The first line of a list of rejects: the file's own columns, `line` and `reject_reason`.

    If the file is itself a list of rejects, its old `line` and `reject_reason` are left out.
    """
    return _row([*_own_cells(columns, columns, delimiter, is_reject_list), LINE, REJECT_REASON], delimiter)


def reject_rows(
    rejects: Iterable[Reject], columns: Sequence[str], delimiter: str, *, is_reject_list: bool = False
) -> Iterator[tuple[int, str]]:
    """The lines of a list of rejects below `header_row`, each with its row's line in the file, sorted by that line.

    The surplus cells of a row that is too long become the text of its last column; a row that is too short is padded.
    A cell of a list of rejects is guarded once again, not twice.
    """
    for reject in sorted(rejects, key=lambda reject: reject.line):
        cells = [unguarded(cell) for cell in reject.cells] if is_reject_list else reject.cells
        own_cells = map(guarded, _own_cells(cells, columns, delimiter, is_reject_list))
        yield reject.line, _row([*own_cells, str(reject.line), reject.reason], delimiter)


def duplicate_rows(duplicates: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """The lines of a list of duplicates below its header, DUPLICATES_HEADER, each with its row's line in the file.

    `duplicates` has the id of the visit or claim that a row repeats, by the row's line.
    """
    return ((line, f"{line},{stored_id}\r\n") for line, stored_id in sorted(duplicates.items()))


def _own_cells(cells: Sequence[str], columns: Sequence[str], delimiter: str, is_reject_list: bool) -> list[str]:
    """A row's cells in the file's own columns."""
    number = reject_columns(columns) if is_reject_list else None
    if number is None:
        return _fitted(cells, len(columns), delimiter)
    # A person added a delimiter to a cell before `line`: the cells from `line` on have moved.
    moved = number + max(0, len(cells) - len(columns))
    own_after = _fitted(cells[moved + 2 :], len(columns) - number - 2, delimiter)
    return _fitted(cells[:moved], number, delimiter) + own_after


def _row(cells: Iterable[str], delimiter: str) -> str:
    text = io.StringIO()
    # A list has no line `sep=|`, so its delimiter is one that is recognised without it.
    own_delimiter = delimiter if delimiter in DELIMITERS else DELIMITERS[0]
    csv.writer(text, delimiter=own_delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _fitted(cells: Sequence[str], count: int, delimiter: str) -> list[str]:
    if 0 < count < len(cells):
        return [*cells[: count - 1], delimiter.join(cells[count - 1 :])]
    return [*cells, *[""] * (count - len(cells))]

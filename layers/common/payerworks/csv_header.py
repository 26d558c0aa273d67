"""The first row of a CSV file, which names its columns, and the delimiter of its cells."""

import re
from typing import NamedTuple

from payerworks.csv_rows import Row, line_ends, rows

DELIMITERS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
# The line by which a spreadsheet is told the delimiter.
_SEP = re.compile(rb'"?sep=([\t!#-/:-@\[-`{-~])"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


class FirstRow(NamedTuple):
    """A file's first row that is not blank, and its delimiter."""

    row: Row
    delimiter: str


def first_row(beginning: bytes) -> FirstRow | None:
    """The first row of a file, given its first megabyte or all of it, in UTF-8; None if all its rows are blank.

    A first line `sep=;` names the delimiter; without it, the one that gives the most columns counts. The row has a
    fault if it has one with every delimiter.
    """
    start = len(_BOM) if beginning.startswith(_BOM) else 0
    sep = _SEP.match(beginning, start)
    delimiters, row_start = ((sep[1].decode(),), sep.end()) if sep else (DELIMITERS, start)
    line = 1 + line_ends(beginning[start:row_start])
    found = [_first_row(beginning[row_start:], delimiter, row_start, line) for delimiter in delimiters]
    if found[0] is None:
        return None
    readable = [first for first in found if first and not first.row.fault]
    return max(readable, key=lambda first: len(first.row.cells), default=found[0])


def _first_row(content: bytes, delimiter: str, start: int, line: int) -> FirstRow | None:
    all_rows = rows([content], delimiter, start, line)
    return next((FirstRow(row, delimiter) for row in all_rows if row.fault or not is_blank(row)), None)


def is_blank(row: Row) -> bool:
    """Whether a row has nothing but blanks in its cells, as spreadsheets write them below their tables."""
    return not any(map(str.strip, row.cells))

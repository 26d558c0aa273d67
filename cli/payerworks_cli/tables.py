"""Lay out a table in the width of a terminal without cutting anything."""

from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = 2
"""Blanks between two columns."""
NARROWEST_TEXT = 16


def column_widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], texts: Collection[str], room: int | None
) -> list[int] | None:
    """The width of each column if the table may be `room` wide (None: any width); None if it does not fit.

    Only the columns in `texts` become narrower than their cells.
    """
    widths = [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]
    if room is None:
        return widths
    # A narrow text leaves its share to the wider ones that follow.
    flexible = sorted((n for n, column in enumerate(columns) if column in texts), key=widths.__getitem__)
    left = room - GAP * (len(columns) - 1) - sum(widths) + sum(widths[number] for number in flexible)
    for place, number in enumerate(flexible):
        share = left // (len(flexible) - place)
        if share < min(widths[number], NARROWEST_TEXT):
            return None
        widths[number] = min(widths[number], share)
        left -= widths[number]
    return widths if left >= 0 else None


def row_lines(
    console: Console, columns: Sequence[str], cells: Sequence[str], widths: Sequence[int], texts: Collection[str]
) -> Iterator[str]:
    """The lines of a row: the first column and texts to the left, all others to the right."""
    wrapped = [wrapped_lines(console, cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, wrapped))):
        parts = []
        for place, (lines, width) in enumerate(zip(wrapped, widths, strict=True)):
            part = lines[number] if number < len(lines) else ""
            blanks = " " * (width - cell_len(part))
            parts.append(part + blanks if place == 0 or columns[place] in texts else blanks + part)
        yield (" " * GAP).join(parts).rstrip()


def wrapped_lines(console: Console, text: str, width: int | None) -> list[str]:
    """A text in lines of a width (None: one line), broken between words, and within what is wider than a line."""
    if width is None or cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(console, max(width, 1), overflow="fold")]

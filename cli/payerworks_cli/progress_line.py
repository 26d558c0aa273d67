"""The line that shows the progress of one thing, as wide as the terminal at most."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

INDENT = "  "
NARROWEST_BAR, WIDEST_BAR = 10, 40
NARROWEST_NAME = 8


def progress_line(name: str, percent: float, note: str, pace: Sequence[str], elapsed: float, width: int) -> Text:
    """A name, a bar, the percentage, a note with the pace of the work, and the seconds that have elapsed.

    If all of it does not fit, the bar goes first, then the pace from its first part on, then the end of the name. The
    note stays whole: if it is too long by itself, the line is broken between words.
    """
    before = f" {percent:>3.0f} % "
    after = f" {elapsed // 3600:.0f}:{elapsed // 60 % 60:02.0f}:{elapsed % 60 // 1:02.0f}"
    room = width - cell_len(INDENT + before + note + after)
    number, words = 0, ""
    for number in range(len(pace) + 1):
        words = "".join(f", {part}" for part in pace[number:])
        if cell_len(name + words) <= room:
            break
    left = room - cell_len(words)
    if cell_len(name) > left:
        name = f"{set_cell_size(name, max(left, NARROWEST_NAME) - 1).rstrip()}…"
    bar = _bar(percent, min(left - cell_len(name) - 1, WIDEST_BAR)) if number == 0 else Text()
    return Text.assemble(INDENT, name, bar, before, note, words, (after, "dim"))


def _bar(percent: float, width: int) -> Text:
    """A bar with a blank before it; nothing if it would be too narrow."""
    if width < NARROWEST_BAR:
        return Text()
    done = round(width * min(percent, 100) / 100)
    return Text.assemble(" ", ("━" * done, "green"), ("━" * (width - done), "dim"))

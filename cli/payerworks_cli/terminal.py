"""What a command prints: colours and live bars on a terminal, plain lines elsewhere, one object with --json."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from payerworks_cli.errors import ApiProblem, CommandError

WIDTH = 200
"""Columns of output to a file or a pipe, which has no width of its own."""
NARROWEST_BAR = 10


Say = Callable[[str], None]
"""Adds a line to those that a part of the work prints at its end."""


class Terminal:
    """Where a command prints. A quiet one prints only JSON, any other only text."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(quiet=quiet, highlight=False, markup=False, emoji=False, soft_wrap=True)
        if not self._console.is_terminal:
            self._console.width = WIDTH
        self._quiet = quiet
        self._live = self._console.is_terminal and not self._console.is_dumb_terminal and not quiet
        self.seconds: dict[str, float] = {}

    def line(self, text: str = "", style: str = "") -> None:
        self._console.print(text, style=style or None)

    def heading(self, text: str) -> None:
        self._console.print()
        self._console.print(text, style="bold")

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns: a dim name and its text."""
        width = max((len(name) for name, _ in rows), default=0)
        for name, text in rows:
            self._console.print(Text.assemble("  ", (f"{name:<{width}}", "dim"), "  ", text))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table, whose first column is never wrapped, so that an id can be copied; the others align to the right."""
        table = Table(box=SIMPLE if self._live else None, padding=(0, 2), pad_edge=False, header_style="dim")
        for number, column in enumerate(columns):
            table.add_column(column, justify="right" if number else "left", no_wrap=not number)
        for row in rows:
            table.add_row(*row)
        for line in self._console.render_lines(table, pad=False):
            self._console.print(
                Text("  ").append_text(Text.assemble(*((part.text, part.style or "") for part in line)))
            )

    @contextmanager
    def part(self, name: str) -> Iterator[Say]:
        """Time a part of the work and print its lines and duration at its end, unless it fails."""
        lines: list[str] = []
        began = time.monotonic()
        yield lines.append
        self.seconds[name] = round(time.monotonic() - began, 2)
        mark = "✓" if self._live else "done"
        for number, text in enumerate(lines):
            led = Text.assemble((mark, "green"), f" {name:<10} ") if number == 0 else Text(" " * (len(mark) + 12))
            took = Text(f"  ({self.seconds[name]:.2f} s)", style="dim") if number == 0 else Text()
            self._console.print(led.append(text).append_text(took))

    @contextmanager
    def bars(self) -> Iterator["Bars"]:
        """Live progress bars on a terminal (gone when done), a line at each quarter elsewhere."""
        if not self._live:
            yield QuarterLines(self)
            return
        bar = BarColumn(table_column=Column(min_width=NARROWEST_BAR))  # beside a long note
        columns = (TextColumn("  {task.description}"), bar, TextColumn("{task.percentage:>3.0f} %"))
        with Progress(
            *columns, TextColumn("{task.fields[note]}"), TimeElapsedColumn(), console=self._console, transient=True
        ) as progress:
            yield LiveBars(progress)

    def json(self, value: dict[str, Any]) -> None:
        """Print one JSON object if quiet; otherwise nothing."""
        if self._quiet:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain_number) + "\n")


class LiveBars:
    """One rich progress bar per name."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, percent: float, note: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=100, note=note)
        self._progress.update(self._tasks[name], completed=percent, note=note)


class QuarterLines:
    """One line per name at 0, 25, 50, 75 and 100 %."""

    def __init__(self, terminal: Terminal) -> None:
        self._screen = terminal
        self._quarters: dict[str, int] = {}

    def show(self, name: str, percent: float, note: str) -> None:
        quarter = int(percent // 25)
        if self._quarters.get(name) != quarter:
            self._quarters[name] = quarter
            self._screen.line(f"  {name}: {percent:.0f} %, {note}")


Bars = LiveBars | QuarterLines
"""The progress of several things at once; `show` sets that of a name, and a new name adds a bar."""


@contextmanager
def command_terminal(*, as_json: bool) -> Iterator[Terminal]:
    """The terminal of a command. A CommandError prints as its sentence, or as one JSON object, and exits with 1."""
    terminal = Terminal(quiet=as_json)
    try:
        yield terminal
    except CommandError as error:
        problem = {"problem": error.problem.model_dump(exclude={"request_id"})} if isinstance(error, ApiProblem) else {}
        terminal.json({"ok": False, "error": str(error)} | problem)
        console = Console(stderr=True, quiet=as_json, highlight=False, markup=False, emoji=False, soft_wrap=True)
        console.print(Text.assemble(("Error: ", "bold red"), str(error)))
        raise typer.Exit(1) from error


def counted(number: int, one: str, many: str = "") -> str:
    """`1 claim`, `1,000 claims`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)  # at most ten digits and two decimals: the shortest repr is the exact amount
    raise TypeError(f"{value!r} has no JSON form")

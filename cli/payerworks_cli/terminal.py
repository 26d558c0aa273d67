"""What a command prints: colours and live bars on a terminal, plain lines elsewhere, one object with --json."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NoReturn

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress, ProgressColumn, Task, TaskID
from rich.text import Text

from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import ApiProblem, CommandError
from payerworks_cli.progress_line import progress_line
from payerworks_cli.tables import column_widths, row_lines, wrapped_lines

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_COMMAND = re.compile(r"`[^`]*`")
_JOINT = "\ue000"
"""Stands for a blank at which a line must not be broken."""

Say = Callable[[str], None]
"""Adds a line to those that a part of the work prints at its end."""


class Terminal:
    """Where a command prints. A quiet one prints only JSON, any other only text."""

    def __init__(self, *, quiet: bool = False) -> None:
        is_terminal = sys.stdout.isatty()
        self._width = _terminal_width() if is_terminal else None
        self._console = _console(quiet=quiet, width=self._width)
        self._errors = _console(quiet=quiet, stderr=True)
        self._quiet = quiet
        self._live = is_terminal and not self._console.is_dumb_terminal and not quiet
        self.seconds: dict[str, float] = {}
        self.deployment = Deployment("")
        """What suggested commands call."""

    def command(self, text: str) -> str:
        """A command of payerworks that a message suggests, on the same deployment."""
        return self.deployment.command(text)

    def line(self, text: str = "", style: str = "") -> None:
        """Print a text, on a terminal in lines of its width that are broken between words."""
        for part in self._wrapped(text, 0):
            self._console.print(part, style=style or None)

    def note(self, text: str) -> None:
        """Print a line about the work to standard error; it is not output of the command."""
        self._errors.print(_visible(text), style="dim")

    def error(self, text: str) -> None:
        self._errors.print(Text.assemble(("Error: ", "bold red"), _visible(text)))

    def heading(self, text: str) -> None:
        self._console.print()
        self._console.print(text, style="bold")

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns: a dim name and its text."""
        width = max((len(name) for name, _ in rows), default=0)
        for name, text in rows:
            for number, part in enumerate(self._wrapped(_in_one_line(text), width + 4)):
                led = (f"{name if number == 0 else '':<{width}}", "dim")
                self._console.print(Text.assemble("  ", led, "  ", part))

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        texts: Collection[str] = (),
        spare: Sequence[str] = (),
    ) -> None:
        """A table no wider than the terminal, in which only the columns named in `texts` are broken into lines.

        If the other columns do not fit side by side, the `spare` ones are left out, one after the other; if that does
        not help, each row becomes a block of lines. Elsewhere than on a terminal each row is one line.
        """
        cells = [tuple(map(_in_one_line, row)) for row in rows]
        room = self._width and self._width - 2
        widths = None
        for number in range(len(spare) + 1):
            kept = [place for place, column in enumerate(columns) if column not in spare[:number]]
            names, shown = _columns(kept, columns), [_columns(kept, row) for row in cells]
            widths = column_widths(names, shown, texts, room)
            if widths is not None:
                break
        if widths is None:
            for number, row in enumerate(cells):
                if number:
                    self._console.print()
                self.pairs(list(zip(columns, row, strict=True)))
            return
        for number, row in enumerate([names, *shown]):
            for text in row_lines(self._console, names, row, widths, texts):
                self._console.print(f"  {text}", style=None if number else "dim")

    def _wrapped(self, text: str, indent: int) -> list[str]:
        """The lines of a text beside an indent, in which commands to be copied stay whole if they fit."""
        room = self._width and self._width - indent

        def joined(command: re.Match[str]) -> str:
            return command[0].replace(" ", _JOINT) if room and cell_len(command[0]) <= room else command[0]

        lines = wrapped_lines(self._console, _COMMAND.sub(joined, _visible(text)), room)
        return [line.replace(_JOINT, " ") for line in lines]

    @contextmanager
    def part(self, name: str) -> Iterator[Say]:
        """Time a part of the work and print its lines and duration at its end, unless it fails."""
        lines: list[str] = []
        began = time.monotonic()
        yield lines.append
        self.seconds[name] = round(time.monotonic() - began, 2)
        mark = "✓" if self._live else "done"
        took = f"  ({self.seconds[name]:.2f} s)"
        indent = len(mark) + 12
        for number, text in enumerate(lines):
            for place, line in enumerate(self._wrapped(text + took if number == 0 else text, indent)):
                first = number == place == 0
                led = Text.assemble((mark, "green"), f" {name:<10} ") if first else Text(" " * indent)
                self._console.print(led.append(line))

    @contextmanager
    def bars(self) -> Iterator["Bars"]:
        """Live progress bars on a terminal (gone when done), a line at each quarter elsewhere."""
        if not self._live:
            yield QuarterLines(self)
            return
        with Progress(_LineColumn(self._width or 0), console=self._console, transient=True) as progress:
            yield LiveBars(progress)

    def json(self, value: dict[str, Any]) -> None:
        """Print one JSON object if quiet; otherwise nothing."""
        if self._quiet:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain_number) + "\n")


class _LineColumn(ProgressColumn):
    """The whole line of a task, because columns of their own would be cut where the terminal is narrow."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._line_width = width

    def render(self, task: Task) -> Text:
        note, pace = task.fields["note"], task.fields["pace"]
        return progress_line(task.description, task.percentage, note, pace, task.elapsed or 0, self._line_width)


class LiveBars:
    """One progress bar per name."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, percent: float, note: str, pace: Sequence[str] = ()) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(_visible(name), total=100, note=note, pace=pace)
        self._progress.update(self._tasks[name], completed=percent, note=note, pace=pace)


class QuarterLines:
    """One line per name at 0, 25, 50, 75 and 100 %."""

    def __init__(self, terminal: Terminal) -> None:
        self._screen = terminal
        self._quarters: dict[str, int] = {}

    def show(self, name: str, percent: float, note: str, pace: Sequence[str] = ()) -> None:
        quarter = int(percent // 25)
        if self._quarters.get(name) != quarter:
            self._quarters[name] = quarter
            self._screen.line(f"  {name}: {percent:.0f} %, {', '.join((note, *pace))}")


Bars = LiveBars | QuarterLines
"""The progress of several things at once; `show` sets that of a name, and a new name adds a bar.

The words of a note are always shown, those of the pace if there is room for them.
"""


@contextmanager
def command_terminal(*, as_json: bool) -> Iterator[Terminal]:
    """The terminal of a command.

    A CommandError prints as its sentence, or as one JSON object, and exits with its code; Ctrl-C exits with 130.
    """
    terminal = Terminal(quiet=as_json)
    try:
        yield terminal
    except CommandError as error:
        problem = {"problem": error.problem.model_dump(exclude={"request_id"})} if isinstance(error, ApiProblem) else {}
        _fail(terminal, str(error), problem, error.exit_code)
    except (KeyboardInterrupt, typer.Abort) as interrupt:
        _fail(terminal, str(interrupt) or "Interrupted.", {}, INTERRUPTED)


def _fail(terminal: Terminal, sentence: str, members: dict[str, Any], code: int) -> NoReturn:
    terminal.json({"ok": False, "error": sentence} | members)
    terminal.error(sentence)
    raise typer.Exit(code)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 claim`, `1,000 claims`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def more_by(limit: int, what: str = "more") -> str:
    """How to see what a list leaves out, as the end of a sentence."""
    return f"; `--limit {limit}` shows {what}"


def _columns(places: Sequence[int], row: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[place] for place in places)


def _plain_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)  # at most ten digits and two decimals: the shortest repr is the exact amount
    raise TypeError(f"{value!r} has no JSON form")


def _console(*, quiet: bool, stderr: bool = False, width: int | None = None) -> Console:
    # Without a colour system no style at all is written, as the variable NO_COLOR asks (no-color.org).
    color_system = None if os.environ.get("NO_COLOR") else "auto"
    return Console(
        quiet=quiet,
        stderr=stderr,
        width=width,
        color_system=color_system,  # type: ignore[arg-type]
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def _terminal_width() -> int:
    """The columns of the terminal; if it does not say, those of the variable COLUMNS, or 80."""
    return os.get_terminal_size(sys.stdout.fileno()).columns or shutil.get_terminal_size().columns


def _visible(text: str) -> str:
    """A text whose control and bidirectional characters show as escapes, so that no data can rule a terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _in_one_line(text: str) -> str:
    return _visible(text).replace("\n", "\\n")

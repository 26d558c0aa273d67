"""What is wrong with the words of a command: one sentence, as for any other error, or JSON."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # typer.BadParameter is only one of its kinds
from typer.core import TyperGroup

from payerworks_cli.program import NAME
from payerworks_cli.terminal import INTERRUPTED, Terminal


class Commands(TyperGroup):
    """All commands; ends the process with 2 if the words or options of one are wrong."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        words = sys.argv[1:] if args is None else args
        try:
            code = super().main(args, NAME, complete_var, False, windows_expand_args, **extra)
        except UsageError as error:
            if isinstance(error, NoArgsIsHelpError):
                error.show()
            else:
                _tell(error, Terminal(quiet="--json" in words))
            code = error.exit_code
        except typer.Abort:
            Terminal().error("Interrupted.")  # the input ended where something was asked
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _tell(error: UsageError, terminal: Terminal) -> None:
    message = error.format_message().replace("Value error, ", "").removesuffix(".")
    command = error.ctx.command_path if error.ctx else NAME
    sentence = f"{message}; `{command} --help` shows what it takes."
    terminal.json({"ok": False, "error": sentence})
    terminal.error(sentence)

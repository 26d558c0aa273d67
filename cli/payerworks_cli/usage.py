"""How commands are explained: their help in words of users, and what is wrong with their words in one sentence."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from payerworks_cli.program import NAME
from payerworks_cli.terminal import INTERRUPTED, Terminal

WRONG_USAGE = 2


class Command(TyperCommand):
    """A command whose help does not speak of Python's types."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _named_values(super().get_params(ctx), ctx)


class Group(TyperGroup):
    """A group of commands, which shows its help if no command is given."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _named_values(super().get_params(ctx), ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            ctx.get_help()  # prints it
            ctx.exit(WRONG_USAGE)
        return super().parse_args(ctx, args)


class Commands(Group):
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
        except typer.TyperException as error:
            _tell(error, Terminal(quiet="--json" in words))
            code = error.exit_code
        except typer.Abort:
            Terminal().error("Interrupted.")  # the input ended where something was asked
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _named_values(params: list[Any], ctx: Any) -> list[Any]:
    """The parameters, with a word for the value of each option that needs one, instead of its type."""
    for param in params:
        if param.param_type_name == "argument":
            param.display_type_rich = _nothing  # its name says enough
        elif param.is_flag:
            param.metavar = ""
        elif param.metavar is None and "|" not in (kind := param.display_type(ctx)):
            param.metavar = "N" if kind.startswith(("<int", "<float")) else "TEXT"
    return params


def _nothing(ctx: Any) -> None:
    """The type of an argument as its help shows it."""


def _tell(error: typer.TyperException, terminal: Terminal) -> None:
    message = error.format_message().replace("Value error, ", "").removesuffix(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else NAME
    sentence = f"{message}; `{command} --help` shows what it takes."
    terminal.json({"ok": False, "error": sentence})
    terminal.error(sentence)

"""Passwords and codes are asked for on a terminal, or read from standard input; a command line is no place for them."""

import getpass
import sys
import warnings
from typing import Annotated

import typer

from payerworks_cli.errors import BadInput, BadOption

FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, on a terminal too.")
]


def is_asked(*, from_stdin: bool = False) -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin.isatty() and not from_stdin


def asked_password(prompt: str = "Password: ", *, from_stdin: bool = False) -> str:
    """A password: typed unseen, or a line of standard input. Raises BadInput."""
    if is_asked(from_stdin=from_stdin):
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                password = getpass.getpass(prompt)
            except getpass.GetPassWarning:
                raise BadInput("This terminal would show the password: pipe it in with --password-stdin.") from None
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise BadInput("No password was given.")
    return password


def asked_new_password(*, from_stdin: bool = False) -> str:
    """A password for the first time: on a terminal it is typed twice. Raises BadInput."""
    password = asked_password("New password: ", from_stdin=from_stdin)
    if is_asked(from_stdin=from_stdin) and asked_password("The same again: ") != password:
        raise BadInput("The two passwords differ; nothing was changed.")
    return password


def asked_code(code: str | None, instead: str) -> str:
    """The code of a second factor: the one given, or asked for; `instead` says how to give it where nobody is asked.

    Raises BadOption.
    """
    if code:
        return code
    if not is_asked():
        raise BadOption(f"The code of the second factor is needed: {instead} gives it.")
    return str(typer.prompt("Code of the second factor", err=True)).strip()

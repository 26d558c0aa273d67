"""`payerworks completion`: the script that lets a shell complete commands and options."""

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script  # --show-completion knows only the shell that it runs in


class Shell(StrEnum):
    """A shell that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="The shell that reads the script.")]) -> None:
    """Print the script that lets a shell complete commands and options.

    Example: eval "$(payerworks completion bash)"
    """
    print(get_completion_script(prog_name="payerworks", complete_var="_PAYERWORKS_COMPLETE", shell=shell.value))

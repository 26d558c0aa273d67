"""`payerworks claims recount`: rebuild the totals of all providers from their claims."""

from collections.abc import Iterator
from typing import Any

from payerworks_cli.aws import invoke
from payerworks_cli.session import AsJson
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import command_terminal, counted

FUNCTION = "RecountTotals"


def recount(*, target: Target, as_json: AsJson = False) -> None:
    """Rebuild the totals of all providers from their claims. It may be stopped and run again at any time.

    Example: payerworks claims recount
    """
    with command_terminal(as_json=as_json) as terminal:
        stack = find_stack(target, "A recount")
        providers = corrected = items = 0
        with terminal.part("recount") as say:
            for done in slices(stack):
                items += done["items"]
                providers += done["providers"]
                corrected += done["corrected"]
                terminal.line(f"  {counted(items, 'item')} read, {counted(providers, 'provider')} recounted")
            say(f"{counted(providers, 'provider')} recounted, {corrected:,} had a wrong total")
        terminal.json({"ok": True, "providers": providers, "corrected": corrected})


def slices(stack: Stack) -> Iterator[dict[str, Any]]:
    """Recount slice by slice; the result of each. Raises StackNotUp, UnexpectedAnswer."""
    event: dict[str, Any] = {}
    while True:
        done = invoke(stack, FUNCTION, event, if_failed="; earlier slices are kept")
        yield done
        if done["after"] is None:
            return
        event = {"run": done["run"], "after": done["after"]}

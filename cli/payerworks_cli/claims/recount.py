"""`payerworks claims recount`: rebuild the totals of all providers from their claims."""

import json
from collections.abc import Iterator
from typing import Any

from payerworks_cli.aws import aws_client, aws_fault
from payerworks_cli.errors import StackNotUp, UnexpectedAnswer
from payerworks_cli.session import AsJson
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import command_terminal, counted

FUNCTION = "RecountTotals"
SLICE_SECONDS = 900
"""How long the function may run."""


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
    from botocore.exceptions import BotoCoreError, ClientError

    if FUNCTION not in stack.functions:
        raise StackNotUp(f"outputs.json names no function {FUNCTION}: `{stack.make} up` deploys it.")
    client = aws_client(stack, "lambda", read_timeout=SLICE_SECONDS)
    event: dict[str, Any] = {}
    while True:
        try:
            answer = client.invoke(FunctionName=stack.functions[FUNCTION], Payload=json.dumps(event).encode())
        except (BotoCoreError, ClientError) as error:
            raise StackNotUp(f"The function {FUNCTION} could not be called: {aws_fault(error)}.") from None
        done = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise UnexpectedAnswer(f"{FUNCTION} failed ({done.get('errorMessage')}); earlier slices are kept.")
        yield done
        if done["after"] is None:
            return
        event = {"run": done["run"], "after": done["after"]}

"""`payerworks queues`: every queue of the stack and its dead messages."""

import typer

from payerworks_cli.api import parse
from payerworks_cli.queues.queue import PATH, Queue, show_queues
from payerworks_cli.session import AsJson, StackDir, session


def list_queues(context: typer.Context, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show queues and their dead messages, and send dead messages back."""
    if context.invoked_subcommand:
        return
    with session(stack_dir, as_json=as_json) as (terminal, api):
        queues = [parse(Queue, item, f"GET {PATH}") for item in api.items(PATH)]
        if as_json:
            terminal.json({"items": [queue.model_dump(by_alias=True) for queue in queues]})
        else:
            show_queues(queues, terminal)

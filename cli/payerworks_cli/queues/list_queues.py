"""`payerworks queues`: every queue of the stack and its dead messages."""

from typing import Annotated
from urllib.parse import quote

import typer
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal, counted

PATH = "/admin/queues"

QueueName = Annotated[str, typer.Argument(metavar="NAME", help="A queue, as `payerworks queues` lists it.")]


class Queue(BaseModel, alias_generator=to_camel, extra="allow"):
    """A queue with its approximate numbers.

    A queue that only holds failures of a stream or a schedule has `dead` alone, and `advice` on what to do about them.
    """

    name: str
    waiting: int | None
    in_flight: int | None
    delayed: int | None
    dead: int
    advice: str | None = None


def queue_path(name: str) -> str:
    """The path of a queue in the API."""
    return f"{PATH}/{quote(name, safe='')}"


def show_queues(queues: list[Queue], terminal: Terminal) -> None:
    """The queues as a table, and what to do about dead messages."""
    rows = [
        (queue.name, *map(_number, (queue.waiting, queue.in_flight, queue.delayed, queue.dead))) for queue in queues
    ]
    terminal.table(("queue", "waiting", "in flight", "delayed", "dead"), rows)
    for queue in queues:
        if queue.dead:
            terminal.line(f"{queue.name}: {counted(queue.dead, 'dead message')}. {_advice(queue, terminal)}")


def _advice(queue: Queue, terminal: Terminal) -> str:
    look, back = (terminal.command(f"queues {verb} {queue.name}") for verb in ("show", "redrive"))
    return queue.advice or f"Look: {look}; back: {back}"


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def list_queues(context: typer.Context, *, target: Target, as_json: AsJson = False) -> None:
    """Show queues and their dead messages, and send dead messages back.

    Example: payerworks queues list
    """
    if context.invoked_subcommand:
        return
    with session(target, as_json=as_json) as (terminal, api):
        queues = list(api.items(PATH, Queue))
        terminal.json({"items": [queue.model_dump(by_alias=True) for queue in queues]})
        show_queues(queues, terminal)

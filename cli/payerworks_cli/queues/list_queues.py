"""`payerworks queues`: every queue of the stack and its dead messages."""

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import Terminal, counted

PATH = "/admin/queues"


class Queue(BaseModel):
    """A queue with its numbers, all approximate; those of one that only holds failures of a stream or schedule are
    None, and `advice` says what to do about them.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    name: str
    waiting: int | None
    in_flight: int | None
    delayed: int | None
    dead: int
    advice: str | None = None


def list_queues(context: typer.Context, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show queues and what is dead in them, look at dead messages, send them back."""
    if context.invoked_subcommand:
        return
    with session(stack_dir, as_json=as_json) as (terminal, api):
        try:
            queues = [Queue.model_validate(item) for item in api.items(PATH)]
        except ValidationError:
            raise UnexpectedAnswer(f"GET {PATH} came with an entry that is no queue.") from None
        if as_json:
            terminal.json({"items": [queue.model_dump(by_alias=True) for queue in queues]})
            return
        tell_queues(queues, terminal)


def tell_queues(queues: list[Queue], terminal: Terminal) -> None:
    """The queues as a table, and what to do about the dead."""
    rows = [
        (queue.name, *map(_number, (queue.waiting, queue.in_flight, queue.delayed, queue.dead))) for queue in queues
    ]
    terminal.table(("queue", "waiting", "in flight", "delayed", "dead"), rows)
    for queue in queues:
        if queue.dead:
            terminal.line(f"{queue.name}: {counted(queue.dead, 'dead message')}. {_advice(queue)}")


def _advice(queue: Queue) -> str:
    return queue.advice or f"Look: payerworks queues show {queue.name}; back: payerworks queues redrive {queue.name}"


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"

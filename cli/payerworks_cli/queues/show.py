"""`payerworks queues show`: a queue and the heads of its dead messages."""

from typing import Annotated
from urllib.parse import quote

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.queues.list_queues import PATH, Queue, tell_queues
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import counted

Name = Annotated[str, typer.Argument(metavar="NAME", help="A queue, as `payerworks queues` lists it.")]


class DeadMessage(BaseModel):
    """The head of a dead message; `about` has what names things."""

    model_config = ConfigDict(alias_generator=to_camel)

    id: str
    sent_at: str
    receives: int
    about: dict[str, str]


class QueueDetails(Queue):
    """A queue with up to a hundred of its dead messages."""

    messages: list[DeadMessage]


def show(name: Name, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show a queue and up to 100 of its dead messages: what they are about, never their contents."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = api.ask("GET", queue_path(name))
        if as_json:
            print(answer.text)
            return
        try:
            queue = QueueDetails.model_validate(answer.json())
        except ValidationError:
            raise UnexpectedAnswer(f"{answer.request} was answered with something that is no queue.") from None
        tell_queues([queue], terminal)
        rows = [(message.id, message.sent_at, f"{message.receives:,}", _about(message)) for message in queue.messages]
        if rows:
            terminal.table(("dead message", "sent at", "receives", "about"), rows)
        if queue.dead > len(rows):
            terminal.line(f"{counted(len(rows), 'message')} of about {queue.dead:,} shown")


def queue_path(name: str) -> str:
    """The path of a queue in the API."""
    return f"{PATH}/{quote(name, safe='')}"


def _about(message: DeadMessage) -> str:
    return ", ".join(f"{name} {value}" for name, value in message.about.items()) or "–"

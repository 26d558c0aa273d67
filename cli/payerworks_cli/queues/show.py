"""`payerworks queues show`: a queue and what its dead messages are about."""

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from payerworks_cli.answer import Answer
from payerworks_cli.queues.list_queues import Queue, QueueName, queue_path, show_queues
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal, counted


class DeadMessage(BaseModel, alias_generator=to_camel):
    """A dead message without its content; `about` holds the ids it names."""

    id: str
    sent_at: str
    receives: int
    about: dict[str, str]


class QueueDetails(Queue):
    """A queue with up to a hundred of its dead messages."""

    messages: list[DeadMessage]


def show(name: QueueName, *, target: Target, as_json: AsJson = False) -> None:
    """Show a queue and up to 100 of its dead messages: what they are about, never their contents.

    Example: payerworks queues show claim-payments
    """
    show_answer("GET", queue_path(name), _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    queue = answer.parse(QueueDetails)
    show_queues([queue], terminal)
    rows = [
        (message.id, second(message.sent_at), f"{message.receives:,}", _about(message)) for message in queue.messages
    ]
    if rows:
        terminal.table(("dead message", "sent at", "receives", "about"), rows, texts=("about",))
    if queue.dead > len(rows):
        terminal.line(f"{counted(len(rows), 'message')} of about {queue.dead:,} shown")


def _about(message: DeadMessage) -> str:
    return ", ".join(f"{name} {value}" for name, value in message.about.items()) or "–"

"""`payerworks queues redrive`: send the dead messages of a queue back to it."""

from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.queues.list_queues import QueueName, queue_path
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Bars, counted

MAX_PER_CALL = 1000


def redrive(
    name: QueueName,
    limit: Annotated[int | None, typer.Option(min=1, help="How many at most; all dead messages if not given.")] = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Send dead messages back to their queue, once the cause of their failure is fixed.

    Example: payerworks queues redrive claim-payments --limit 10
    """
    with session(target, as_json=as_json) as (terminal, api):
        with terminal.bars() as bars:
            moved, left = _redrive(api, name, limit, bars)
        terminal.json({"name": name, "moved": moved, "left": left})
        terminal.line(f"{counted(moved, 'message')} sent back to {name}, {left:,} left")


def _redrive(api: Api, name: str, limit: int | None, bars: Bars) -> tuple[int, int]:
    """Send back what was dead at the first call: a message that dies again meanwhile does not keep this going."""
    moved = 0
    while True:
        most = MAX_PER_CALL if limit is None else min(MAX_PER_CALL, limit - moved)
        answer = api.ask("POST", f"{queue_path(name)}/redrive", params={"limit": most})
        moved_now, left = int(answer.member("moved")), int(answer.member("left"))
        moved += moved_now
        limit = moved + left if limit is None else limit
        if limit:
            bars.show(name, 100 * min(1, moved / limit), f"{counted(moved, 'message')} sent back")
        if not moved_now or not left or moved >= limit:
            return moved, left

"""`payerworks plans tail`: print each change of a plan as it happens."""

import datetime
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, NoReturn

import typer

from payerworks_cli.plans.plan_feed import PlanOperation, plan_feed
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import command_terminal, counted

SHOWN = 5
"""The number of changed objects that a line names."""


def tail(
    *,
    target: Target,
    since_now: Annotated[
        bool, typer.Option("--since-now", help="Leave out earlier changes that are only delivered now.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print each change of a plan as it happens, until Ctrl-C; with --json an object a line.

    Example: payerworks plans tail --since-now --json
    """
    with (
        command_terminal(as_json=as_json),
        suppress(KeyboardInterrupt),
        _ended_by_sigterm(),
        plan_feed(find_stack(target, "Watching plans")) as operations,
    ):
        began = datetime.datetime.now(datetime.UTC)
        print("Connected: changes of plans are shown as they arrive; Ctrl-C ends it.", file=sys.stderr, flush=True)
        for operation in operations:
            if since_now and datetime.datetime.fromisoformat(operation.at) < began:
                continue
            print(operation.model_dump_json(by_alias=True) if as_json else _line(operation), flush=True)


def _line(operation: PlanOperation) -> str:
    named = ", ".join(operation.changed[:SHOWN]) + (", …" if operation.changed_count > SHOWN else "")
    return (
        f"{operation.at}  {operation.operation:<8}  {operation.object_id}  version {operation.version}  "
        f"{counted(operation.changed_count, 'object')}: {named}"
    )


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, so that its queue and subscription are deleted."""

    def end(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

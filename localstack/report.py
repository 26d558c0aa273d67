"""What the commands print about a stack: its servers, its addresses, its functions' log lines."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from localstack import aws, endpoints
from localstack.problem import StackProblem
from localstack.servers import KEYS, TITLES
from localstack.stack import Stack

LAMBDAS_OWN = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
MOST_EVENTS = 10_000
"""At most; of more, the emulator returns the oldest and does not say that it has more."""


def say_where(stack: Stack) -> None:
    known = stack.outputs()
    print(f"API         {known['api_url']}")
    print(f"Everything  {stack.layout.folder.name}/outputs.json")


def say_status(stack: Stack) -> None:
    running = stack.running()
    known = endpoints.known(stack.layout)
    for key in KEYS:
        if key in known and known[key].external:
            print(f"  {TITLES[key]:<10} elsewhere  {known[key].url}")
        elif key in running:
            print(f"  {TITLES[key]:<10} running    {known[key].url}  log: {stack.layout.log(key)}")
        else:
            print(f"  {TITLES[key]:<10} stopped")


def say_logs(stack: Stack, text: str, minutes: int) -> None:
    """Print what the functions logged in the last minutes, oldest first; with a text, only lines that hold it."""
    if not stack.outputs():
        raise StackProblem(f"Nothing is deployed yet: start with `{stack.layout.make} up`.")
    lines = [line for line in log_lines(stack, minutes) if text in line[1]]
    for at, message in sorted(lines):
        print(f"{datetime.fromtimestamp(at / 1000, UTC).astimezone():%H:%M:%S} {message}")
    if not lines:
        print(f"No function logged {repr(text) if text else 'anything'} in the last {minutes} minutes.")


def log_lines(stack: Stack, minutes: int) -> Iterator[tuple[int, str]]:
    """Time in ms and text of each line the functions logged, without Lambda's own."""
    client = aws.client("logs", endpoints.known(stack.layout)["aws"].url)
    now = int(time.time() * 1000)
    pages = client.get_paginator("describe_log_groups").paginate()
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    for group in (name for name in groups if stack.layout.cloudformation_stack in name):
        for event in _events(client, group, now - minutes * 60_000, now):
            if not event["message"].startswith(LAMBDAS_OWN):
                yield event["timestamp"], event["message"].rstrip()


def _events(client: Any, group: str, start: int, end: int) -> Iterator[dict[str, Any]]:
    """The events of a log group from one ms to another, in halves for as long as there may be more than are told."""
    events = client.filter_log_events(logGroupName=group, startTime=start, endTime=end)["events"]
    if len(events) < MOST_EVENTS or start == end:
        yield from events
        return
    middle = (start + end) // 2
    yield from _events(client, group, start, middle)
    yield from _events(client, group, middle + 1, end)

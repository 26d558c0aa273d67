"""Print a stack's addresses, the state of its servers, and the log lines and metrics of its functions."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from localstack import aws, dashboard, endpoints, health
from localstack.problem import StackProblem
from localstack.servers import KEYS, TITLES
from localstack.stack import Stack

LAMBDAS_OWN = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
MOST_EVENTS = 10_000
"""The most events that the emulator returns: it drops newer events without saying so."""


def print_where(stack: Stack) -> bool:
    """Print the addresses and the health of a stack that was just started; whether it is healthy."""
    outputs = stack.outputs()
    print(f"API         {outputs['api_url']}")
    print(f"All outputs {stack.layout.folder.name}/outputs.json")
    line = health.wait(outputs["api_url"], stack.layout.make)
    print(f"Health      {line}")
    return line == health.UP


def print_status(stack: Stack) -> bool:
    """Print which servers run, and the health of the API; whether it is up."""
    running = stack.running()
    addresses = endpoints.stack_endpoints(stack.layout)
    for key in KEYS:
        if key in addresses and addresses[key].external:
            print(f"  {TITLES[key]:<10} external   {addresses[key].url}")
        elif key in running:
            print(f"  {TITLES[key]:<10} running    {addresses[key].url}  log: {stack.layout.log(key)}")
        else:
            print(f"  {TITLES[key]:<10} stopped")
    outputs = stack.outputs()
    if outputs and (addresses["aws"].external or "aws" in running):
        line = health.ask(outputs["api_url"], stack.layout.make)
        print(f"  {'Health':<10} {line}")
        return line == health.UP
    return False


def print_dashboard(stack: Stack, minutes: int) -> None:
    """Draw the metrics of the last `minutes` minutes as a page and print where it is. Raises StackProblem."""
    _require_running(stack)
    file = stack.layout.folder / "dashboard.html"
    dashboard.write_page((text for _, text in log_lines(stack, minutes)), minutes, file)
    print(f"The dashboard of the last {minutes} minutes: {file}")


def print_logs(stack: Stack, text: str, minutes: int) -> None:
    """Print the functions' log lines that contain `text` from the last `minutes` minutes, oldest first.

    Raises StackProblem if nothing is deployed.
    """
    _require_running(stack)
    lines = [line for line in log_lines(stack, minutes) if text in line[1]]
    for at, message in sorted(lines):
        print(f"{datetime.fromtimestamp(at / 1000, UTC).astimezone():%H:%M:%S} {message}")
    if not lines:
        print(f"No function logged {repr(text) if text else 'anything'} in the last {minutes} minutes.")


def _require_running(stack: Stack) -> None:
    if not stack.outputs():
        raise StackProblem(f"Nothing is deployed yet: start with `{stack.layout.make} up`.")
    if not endpoints.stack_endpoints(stack.layout)["aws"].external and "aws" not in stack.running():
        raise StackProblem(f"The stack is not running: `{stack.layout.make} up` starts it.")


def log_lines(stack: Stack, minutes: int) -> Iterator[tuple[int, str]]:
    """Time (ms since 1970) and text of each line that the functions logged, without the lines of Lambda itself."""
    client = aws.client("logs", endpoints.stack_endpoints(stack.layout)["aws"].url)
    now = int(time.time() * 1000)
    pages = client.get_paginator("describe_log_groups").paginate()
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    for group in (name for name in groups if stack.layout.cloudformation_stack in name):
        for event in _events(client, group, now - minutes * 60_000, now):
            if not event["message"].startswith(LAMBDAS_OWN):
                yield event["timestamp"], event["message"].rstrip()


def _events(client: Any, group: str, start: int, end: int) -> Iterator[dict[str, Any]]:
    """The events of a log group from `start` to `end` (ms since 1970, inclusive).

    A full answer may be incomplete, so each half of its time span is requested instead.
    """
    events = client.filter_log_events(logGroupName=group, startTime=start, endTime=end)["events"]
    if len(events) < MOST_EVENTS or start == end:
        yield from events
        return
    middle = (start + end) // 2
    yield from _events(client, group, start, middle)
    yield from _events(client, group, middle + 1, end)

"""What the commands tell of a stack: its servers, its addresses, its functions' log lines."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from localstack import aws, endpoints
from localstack.problem import StackProblem
from localstack.servers import KEYS, TITLES
from localstack.stack import Stack

LAMBDAS_OWN = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")


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
    since = int((time.time() - minutes * 60) * 1000)
    pages = client.get_paginator("describe_log_groups").paginate()
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    for group in (name for name in groups if stack.layout.cloudformation_stack in name):
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
            for event in page["events"]:
                if not event["message"].startswith(LAMBDAS_OWN):
                    yield event["timestamp"], event["message"].rstrip()

"""What the deployed API reports about its own health, in one line."""

import json
import time
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

UP = "up"
WAIT_SECONDS = 20
"""Longest wait for the answer: the function may have to start first."""


def ask(api_url: str, make: str) -> str:
    """Call GET /health; return UP, or the status, its reasons and a remedy. `make` is the stack's make command."""
    url = f"{api_url}/health"
    try:
        answer = URLLib3Session(timeout=WAIT_SECONDS).send(AWSRequest("GET", url).prepare())
        report = json.loads(answer.content)
    except BotoCoreError:
        return f"unknown: {url} does not answer"
    except ValueError:
        report = {}
    if "dependencies" not in report:
        return f"unknown: {url} answers {answer.status_code}; `{make} logs` may show why"
    reasons = "; ".join(problems(report))
    return f"{report['status']}: {reasons}{remedy(report, make)}" if reasons else str(report["status"])


def wait(api_url: str, make: str) -> str:
    """What `ask` returns, after a wait for UP: a worker of the API keeps for a while what it knows of the queues."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (line := ask(api_url, make)) != UP and time.monotonic() < deadline:
        time.sleep(1)
    return line


def remedy(report: dict[str, Any], make: str) -> str:
    """What mends the local stack, as the end of a sentence; empty if it may mend itself.

    CloudFormation does not restore a mapping while the template stays as it is.
    """
    if "down" in report.get("consumers", {}).values():
        return f"; `{make} clean`, then `{make} up` makes the stack anew, without its data"
    if report["status"] == "down":
        return f"; `{make} down`, then `{make} up` restarts our servers and keeps their data"
    return ""


def problems(report: dict[str, Any]) -> Iterator[str]:
    """What an answer of GET /health says is wrong, in words."""
    for name, dependency in report["dependencies"].items():
        if dependency["status"] == "down":
            yield f"{name} does not answer"
    consumers: dict[str, str] = report.get("consumers", {})  # absent before the first deployment of this version
    for name, state in consumers.items():
        if state == "down":
            yield f"no function reads from {name}, because its event source mapping is missing or disabled"
    if "unknown" in consumers.values():
        yield "Lambda does not say which queues have a function that reads from them"

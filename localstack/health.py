"""What the deployed API reports about its own health, in one line."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

WAIT_SECONDS = 20
"""Longest wait for the answer: the function may have to start first."""


def ask(api_url: str, make: str) -> str:
    """Call GET /health; return "up", or the status and the reasons for it. `make` is the stack's make command."""
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
    return f"{report['status']}: {'; '.join(problems(report))}".removesuffix(": ")


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

"""One structured log line per call, with the request's id and its metrics; never patient data, tokens or bodies.

The line contains metrics in CloudWatch's embedded metric format; CloudWatch extracts them by itself.
"""

import functools
import json
import time
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from payerworks.settings import settings
from payerworks.times import now

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

NAMESPACE = "Payerworks"
DIMENSION = "service"
"""A member of every log line. The others, such as the route, are for queries of the logs."""
MAX_VALUES = 100
"""Values of one metric in one line."""

# Name, number, unit; no unit: a count.
_metrics: list[tuple[str, float, str | None]] = []


@functools.cache
def logger() -> "Logger":
    """The logger of this process (JSON lines, level by POWERTOOLS_LOG_LEVEL)."""
    from aws_lambda_powertools import Logger

    return Logger(service=settings().service, use_rfc3339=True)


def log_call(message: str, **members: Any) -> None:
    """Log a successful call with its metrics: a line like the logger's, without the logger.

    Every call does this. The logger would take half of a cached read's CPU (80 µs instead of 10) and a third of its
    cold start.
    """
    metrics = taken_metrics()
    if metrics or settings().log_level in ("DEBUG", "INFO"):
        line = {"level": "INFO", "message": message, "timestamp": now(), "service": settings().service}
        print(json.dumps(line | members | metrics), flush=True)  # noqa: T201 — Lambda keeps what is printed


def log_unexpected(message: str, error: Exception, **members: Any) -> None:
    """Log an unexpected error: its type, the code of an AWS error, and its stack, outermost call first.

    Its text is left out because it may quote a client's data.
    """
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    where = []
    trace = error.__traceback__
    while trace is not None:
        code_object = trace.tb_frame.f_code
        where.append(f"{PurePath(code_object.co_filename).name}:{trace.tb_lineno} {code_object.co_name}")
        trace = trace.tb_next
    logger().error(message, extra=members | {"error": type(error).__name__, "code": code, "where": where})


def count(name: str, number: float = 1) -> None:
    """Add to a counter; `name` is in CamelCase. A line has the sum of a name's counts."""
    _metrics.append((name, number, None))


def record(name: str, value: float, unit: str) -> None:
    """Record a value; the unit is one of CloudWatch's, such as `Milliseconds`. A line has each value of a name."""
    _metrics.append((name, value, unit))


def taken_metrics() -> dict[str, Any]:
    """Take the metrics since the last call, as members for a log line; often there are none.

    Values above a line's limit stay for the next one. Source: Amazon CloudWatch User Guide, "Specification: Embedded
    metric format".
    """
    if not _metrics:
        return {}
    metrics = _metrics.copy()
    _metrics.clear()
    units: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, number, unit in metrics:
        units[name] = unit or "Count"
        if unit is None:
            values[name] = values.get(name, 0) + number
        elif len(values.setdefault(name, [])) < MAX_VALUES:
            values[name].append(number)
        else:
            _metrics.append((name, number, unit))
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
    }
    return {"_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}} | values

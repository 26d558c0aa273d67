"""Metrics of CloudWatch, written into the log line of the call they belong to (embedded metric format).

CloudWatch takes them out of the line by itself: no call of an API, no line of their own.
"""

import time
from typing import Any

NAMESPACE = "Payerworks"
DIMENSION = "service"
"""A member of every log line. What else a line says, such as its route, is there for queries of the logs."""
MOST_VALUES = 100
"""Values of one metric that a line may have."""

# Name, number, unit; no unit: a count.
_recorded: list[tuple[str, float, str | None]] = []


def count(name: str, number: float = 1) -> None:
    """Count something that happened; `name` is in CamelCase. A line has the sum of a name's counts."""
    _recorded.append((name, number, None))


def record(name: str, value: float, unit: str) -> None:
    """Record a value; the unit is one of CloudWatch's, such as `Milliseconds`. A line has each value of a name."""
    _recorded.append((name, value, unit))


def taken() -> dict[str, Any]:
    """What was counted and recorded since this was last asked, as members for a log line; mostly nothing.

    Values above a line's limit stay for the next one. Source: Amazon CloudWatch User Guide, "Specification: Embedded
    metric format".
    """
    if not _recorded:
        return {}
    recorded = _recorded.copy()
    _recorded.clear()
    units: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, number, unit in recorded:
        units[name] = unit or "Count"
        if unit is None:
            values[name] = values.get(name, 0) + number
        elif len(values.setdefault(name, [])) < MOST_VALUES:
            values[name].append(number)
        else:
            _recorded.append((name, number, unit))
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
    }
    return {"_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}} | values

"""GET /health: the state of each server and of each queue's consumer; 503 if one is down."""

from collections.abc import Collection

from ops.health.background import start
from ops.health.consumers import consumer_states, sources_read
from ops.health.dependencies import Probe, probe_all
from ops.health.search_lag import lag_of_last
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.search_index import has_engine

MORE_SECONDS = 1.0
"""Longest wait for what is no server after the servers have answered."""
_STATUSES = {True: "up", False: "down", None: "off"}


@http_operation(answers={200: "ops.health.models.Health", 503: "ops.health.models.Health"}, public=True)
def handler(request: Request) -> Answer:
    lag, sources = start(lag_of_last), start(sources_read)
    probes = probe_all()
    dependencies = {name: _dependency(probe) for name, probe in probes.items()}
    consumers = consumer_states(sources(MORE_SECONDS))
    status = _status({*consumers.values(), *(each["status"] for each in dependencies.values())})
    waiting = probes["sqs"].answer if probes["sqs"].up and has_engine() else None
    members = {
        "status": status,
        "dependencies": dependencies,
        "consumers": consumers,
        "search": {
            "engine": "opensearch" if has_engine() else "dynamodb",
            "lag_ms": lag(MORE_SECONDS),
            "waiting": waiting,
        },
    }
    return Answer(503 if status == "down" else 200, json_text.write(members))


def _dependency(probe: Probe) -> dict[str, str | float | None]:
    return {"status": _STATUSES[probe.up], "latency_ms": None if probe.up is None else probe.milliseconds}


def _status(statuses: Collection[object]) -> str:
    return next((status for status in ("down", "unknown") if status in statuses), "up")

"""GET /health: the state and latency of each server that the API depends on; 503 if one is down."""

from ops.health.dependencies import Probe, probe_all
from ops.health.search_lag import start_search_lag
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation

_STATUSES = {True: "up", False: "down", None: "off"}


@http_operation(answers={200: "ops.health.models.Health", 503: "ops.health.models.Health"}, public=True)
def handler(request: Request) -> Answer:
    search_lag = start_search_lag()
    probes = probe_all()
    is_down = any(probe.up is False for probe in probes.values())
    members = {
        "status": "down" if is_down else "up",
        "dependencies": {name: _dependency(probe) for name, probe in probes.items()},
        "search": search_lag(),
    }
    return Answer(503 if is_down else 200, json_text.write(members))


def _dependency(probe: Probe) -> dict[str, str | float | None]:
    return {"status": _STATUSES[probe.up], "latency_ms": None if probe.up is None else probe.milliseconds}

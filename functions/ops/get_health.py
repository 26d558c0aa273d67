"""GET /health: whether each server that the API stands on answers, and how fast; 503 where one does not."""

from ops.health.dependencies import Probe, probe_all
from ops.health.search_lag import ask_search_lag
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation

_WORDS = {True: "up", False: "down", None: "off"}


@http_operation(answers={200: "ops.health.models.Health", 503: "ops.health.models.Health"}, public=True)
def handler(request: Request) -> Answer:
    lag = ask_search_lag()
    probes = probe_all()
    down = any(probe.up is False for probe in probes.values())
    members = {
        "status": "down" if down else "up",
        "dependencies": {name: _dependency(probe) for name, probe in probes.items()},
        "search": lag()._asdict(),
    }
    return Answer(503 if down else 200, json_text.write(members))


def _dependency(probe: Probe) -> dict[str, str | float | None]:
    return {"status": _WORDS[probe.up], "latency_ms": None if probe.up is None else probe.milliseconds}

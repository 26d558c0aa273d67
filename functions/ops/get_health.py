"""GET /health: whether each server that the API stands on answers, and how fast; 503 where one does not."""

from ops.dependencies import Probe, probe_all
from payerworks import json_text
from payerworks.http import http_operation
from payerworks.request import Answer, Request

_WORDS = {True: "up", False: "down", None: "off"}


@http_operation(answers={200: "ops.models.Health", 503: "ops.models.Health"}, public=True)
def handler(request: Request) -> Answer:
    probes = probe_all()
    down = any(probe.up is False for probe in probes.values())
    members = {
        "status": "down" if down else "up",
        "dependencies": {name: _dependency(probe) for name, probe in probes.items()},
    }
    return Answer(503 if down else 200, json_text.write(members))


def _dependency(probe: Probe) -> dict[str, str | float | None]:
    return {"status": _WORDS[probe.up], "latency_ms": None if probe.up is None else probe.milliseconds}

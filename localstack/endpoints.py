"""Which address each server of a stack has: one named by the environment, or one of our own on a port."""

import os
from dataclasses import dataclass

from localstack import ports
from localstack.files import read_json, write_json
from localstack.layout import Layout
from localstack.servers import KEYS

# A server whose variable is set is used where it is, and not started.
VARIABLES = {"aws": "AWS_ENDPOINT_URL", "valkey": "REDIS_URL", "opensearch": "OPENSEARCH_ENDPOINT"}
SCHEMES = {"aws": "http://localhost", "valkey": f"redis://{ports.HOST}", "opensearch": f"http://{ports.HOST}"}


@dataclass(frozen=True)
class Endpoint:
    url: str
    external: bool


def given(key: str) -> Endpoint | None:
    url = os.environ.get(VARIABLES[key], "").rstrip("/")
    return Endpoint(url, external=True) if url else None


def own(key: str, port: int) -> Endpoint:
    return Endpoint(f"{SCHEMES[key]}:{port}", external=False)


def choose(layout: Layout, keys: list[str], running: set[str]) -> dict[str, int]:
    """Ports for the servers about to start; those of `running` servers stay with them.

    The default stack's AWS port is fixed (4566, or AWS_PORT), so that one can rely on it; all others are any that is
    free, remembered from start to start.
    """
    remembered = read_json(layout.folder / "ports.json")
    taken = {port for key, port in remembered.items() if key in running}
    chosen: dict[str, int] = {}
    for key in keys:
        chosen[key] = port_for(key, layout, remembered.get(key), taken | set(chosen.values()))
    write_json(layout.folder / "ports.json", remembered | chosen)
    return chosen


def port_for(key: str, layout: Layout, remembered: int | None, taken: set[int]) -> int:
    if key == "aws":
        asked = os.environ.get("AWS_PORT", "")
        if asked:
            return ports.fixed(ports.parse(asked), layout.make)
        if not layout.name:
            return ports.fixed(remembered or ports.AWS_PORT, layout.make)
    if remembered and remembered not in taken and ports.is_free(remembered):
        return remembered
    return ports.any_free(taken)


def known(layout: Layout) -> dict[str, Endpoint]:
    """Endpoints of a stack as it was last started."""
    remembered = read_json(layout.folder / "ports.json")
    found = {key: given(key) or (own(key, remembered[key]) if key in remembered else None) for key in KEYS}
    return {key: endpoint for key, endpoint in found.items() if endpoint}

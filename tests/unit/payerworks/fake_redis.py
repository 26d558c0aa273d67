"""A Redis on loopback, as slow as a test wants."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import hiredis


class FakeRedis:
    """Answers each command with the next of `answers`, the last one for ever; `asked` are the commands' words.

    An answer comes in pieces, each after `delay` seconds. With `hangs_up` a connection is closed after one answer.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[bytes, ...]] = [(b"+OK\r\n",)]
        self.delay = 0.0
        self.hangs_up = False
        self.asked: list[list[bytes]] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._server.getsockname()[1]}"

    def serve(self) -> None:
        """Accept connections, one after the other, until the server is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, contextlib.suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        reader = hiredis.Reader()
        while received := connection.recv(65536):
            reader.feed(received)
            while (words := reader.gets()) is not False:
                self.asked.append(words)
                for piece in self.answers.pop(0) if self.answers[1:] else self.answers[0]:
                    time.sleep(self.delay)
                    connection.sendall(piece)
                if self.hangs_up:
                    return

    def close(self) -> None:
        # Closing alone would not wake the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@contextmanager
def serving() -> Iterator[FakeRedis]:
    """A FakeRedis that answers until the block ends; a client must have closed its connection by then."""
    server = FakeRedis()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()

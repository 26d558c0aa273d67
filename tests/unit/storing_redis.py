"""A Redis on loopback that keeps values: what the two scripts of the services do, in Python."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import hiredis


class StoringRedis:
    """`values` are the copies by key, each with the milliseconds that it was to live; `asked` are the commands."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[bytes, int]] = {}
        self.calls: dict[str, list[float]] = {}
        self.asked: list[list[bytes]] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._server.getsockname()[1]}"

    def serve(self) -> None:
        """Accept connections, one after the other, until the server is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, contextlib.suppress(OSError):
                    reader = hiredis.Reader()
                    while received := connection.recv(65536):
                        reader.feed(received)
                        while (words := reader.gets()) is not False:
                            self.asked.append(words)
                            connection.sendall(self._answer(words))

    def _answer(self, words: list[bytes]) -> bytes:
        command, *rest = words
        if command == b"GET":
            value = self.values.get(rest[0].decode())
            return b"$-1\r\n" if value is None else b"$%d\r\n%b\r\n" % (len(value[0]), value[0])
        if command == b"SET":
            self.values[rest[0].decode()] = (rest[1], 1000 * int(rest[3]))
            return b"+OK\r\n"
        script, _, key, *arguments = rest
        return self._take(key.decode(), arguments) if b"ZADD" in script else self._put(key.decode(), arguments)

    def _put(self, key: str, arguments: list[bytes]) -> bytes:
        newest, value, milliseconds = arguments[:3]
        current = re.match(rb"\d+", self.values[key][0]) if key in self.values else None
        if current and int(current[0]) > int(newest):
            return b":0\r\n"
        self.values[key] = (value, int(milliseconds))
        return b":1\r\n"

    def _take(self, key: str, arguments: list[bytes]) -> bytes:
        limit, window = map(int, arguments)
        calls = self.calls.setdefault(key, [])
        allowed = len(calls) < limit
        if allowed:
            calls.append(time.time())
        return b"*3\r\n:%d\r\n:%d\r\n:%d\r\n" % (allowed, limit - len(calls), window)

    def close(self) -> None:
        # Closing alone would not wake the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@contextmanager
def serving() -> Iterator[StoringRedis]:
    """A StoringRedis until the block ends; a client must have closed its connection by then."""
    server = StoringRedis()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()

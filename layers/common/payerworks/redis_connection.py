"""One connection to Redis, with short time-outs and a circuit breaker that also opens when Redis is slow.

hiredis parses the protocol. The library redis-py would take 245 ms of CPU at a cold start instead of 15, and 100 µs for
a GET instead of 45 (docs/decisions.md).
"""

import functools
import socket
import time
import urllib.parse
from typing import Any

import hiredis

from payerworks.log import logger
from payerworks.settings import settings

CONNECT_SECONDS = 0.25
ANSWER_SECONDS = 0.25
REST_SECONDS = 5.0
"""How long the breaker stays open after a failure or slow answers."""
SLOW_SECONDS = 0.1
"""An answer that takes longer is slow: the table itself answers sooner."""
SLOW_IN_A_ROW = 3
"""Slow answers that open the breaker; after the rest, one more slow answer opens it again."""


class RedisDown(Exception):
    """Redis did not answer, or the breaker is open."""


class RedisConnection:
    """A connection, opened when first needed and again after a failure.

    `url` is `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS.
    """

    def __init__(self, url: str) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._socket: socket.socket | None = None
        self._reader = hiredis.Reader()
        self._resting_until = 0.0
        self._slow = 0

    def call(self, *words: str | bytes | int) -> Any:
        """The answer to one command: bytes, int, list or None. Raises RedisDown."""
        began = time.monotonic()
        if began < self._resting_until:
            raise RedisDown
        try:
            answer = self._answer(*words)
        except (OSError, hiredis.HiredisError) as error:
            self.close()
            self._rest("redis does not answer", error=type(error).__name__)
            raise RedisDown from error
        self._judge(time.monotonic() - began)
        return answer

    def _answer(self, *words: str | bytes | int) -> Any:
        if self._socket is not None:
            try:
                return self._exchange(*words)
            except ConnectionError:  # closed while the process was frozen, or Redis restarted: try once more
                self.close()
        self._connect()
        return self._exchange(*words)

    def _judge(self, seconds: float) -> None:
        if seconds <= SLOW_SECONDS:
            self._slow = 0
            return
        self._slow += 1
        if self._slow >= SLOW_IN_A_ROW:
            self._rest("redis is slow", ms=round(seconds * 1000))

    def _rest(self, why: str, **members: Any) -> None:
        self._resting_until = time.monotonic() + REST_SECONDS
        logger().warning(why, extra=members)

    def _connect(self) -> None:
        host, port = self._url.hostname or "localhost", self._url.port or 6379
        connection = socket.create_connection((host, port), CONNECT_SECONDS)
        connection.settimeout(ANSWER_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._url.scheme == "rediss":
            import ssl

            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        self._socket, self._reader = connection, hiredis.Reader()
        if self._url.password:
            user = [urllib.parse.unquote(self._url.username)] if self._url.username else []
            self._exchange("AUTH", *user, urllib.parse.unquote(self._url.password))
        if self._url.path.strip("/"):
            self._exchange("SELECT", self._url.path.strip("/"))

    def _exchange(self, *words: str | bytes | int) -> Any:
        if self._socket is None:
            raise ConnectionError
        end = time.monotonic() + ANSWER_SECONDS
        self._socket.sendall(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub is invariant
        while (answer := self._reader.gets()) is False:
            if time.monotonic() > end:  # the socket's time-out only covers one piece of the answer
                raise TimeoutError
            received = self._socket.recv(65536)
            if not received:
                raise ConnectionError
            self._reader.feed(received)
        if isinstance(answer, hiredis.ReplyError):
            raise answer
        return answer

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@functools.cache
def redis() -> RedisConnection | None:
    """The connection of this process; None if no Redis is configured."""
    url = settings().redis_url
    return RedisConnection(url) if url else None

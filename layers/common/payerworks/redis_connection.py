"""Connections to Redis, with short time-outs and a circuit breaker that also opens when Redis is slow.

hiredis parses the protocol. The library redis-py would take 245 ms of CPU at a cold start instead of 15, and 100 µs for
a GET instead of 45 (docs/decisions.md).
"""

import binascii
import functools
import socket
import time
import urllib.parse
from collections.abc import Callable
from typing import Any, Protocol

import hiredis

from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.redis_login import password_for
from payerworks.settings import settings

CONNECT_SECONDS = 0.25
ANSWER_SECONDS = 0.25
REST_SECONDS = 5.0
"""How long the breaker stays open after a failure or slow answers."""
SLOW_SECONDS = 0.1
"""An answer that takes longer is slow: the table itself answers sooner."""
SLOW_IN_A_ROW = 3
"""Slow answers that open the breaker; after the rest, one more slow answer opens it again."""
SLOTS = 16384
REDIRECTS = 5
"""Redirections of one command at most; more mean that the cluster is being rebuilt."""


class RedisDown(Exception):
    """Redis did not answer, or the breaker is open."""


class Redirected(RedisDown):
    """The key is on another node of a cluster: at `address` (host:port), from now on or for this `once`."""

    def __init__(self, address: str, *, once: bool) -> None:
        super().__init__()
        self.address, self.once = address, once


class Redis(Protocol):
    """What a connection to one server and to a cluster have in common."""

    def call(self, *words: str | bytes | int) -> Any:
        """The answer to one command. Raises RedisDown."""

    def close(self) -> None:
        """Close the connection; the next call opens another."""


class RedisConnection:
    """A connection, opened when first needed and again after a failure.

    `url` is `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS. `password` gives the one for the next
    connection, if it is not in the URL.
    """

    def __init__(self, url: str, password: Callable[[], str] | None = None) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._password = password
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
        except (OSError, hiredis.HiredisError, Unavailable) as error:  # Unavailable: the password cannot be read
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
        password = self._password() if self._password else urllib.parse.unquote(self._url.password or "")
        if password:
            user = [urllib.parse.unquote(self._url.username)] if self._url.username else []
            self._exchange("AUTH", *user, password)
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
            kind, _, rest = str(answer).partition(" ")
            if kind in ("MOVED", "ASK"):
                raise Redirected(rest.partition(" ")[2], once=kind == "ASK")
            raise answer
        return answer

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class RedisCluster:
    """Connections to the nodes of a cluster, opened when first needed. `url` is that of any node, or of all.

    Each command here has one key, so none crosses slots. ElastiCache Serverless shows one endpoint for all slots; the
    nodes of other clusters redirect to the one that has a key's slot.
    """

    def __init__(self, url: str, password: Callable[[], str] | None = None) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._password = password
        self._first = RedisConnection(url, password)
        self._nodes: dict[str, RedisConnection] = {}
        self._owners: dict[int, str] = {}

    def call(self, *words: str | bytes | int) -> Any:
        """The answer to one command, from the node that has its key. Raises RedisDown."""
        slot = slot_of(words)
        owner = self._owners.get(slot, "")
        node, asking = self._node(owner), False
        for _ in range(REDIRECTS):
            try:
                if asking:
                    node.call("ASKING")
                return node.call(*words)
            except Redirected as redirected:
                address = self._complete(redirected.address)
                asking = redirected.once
                if not asking:
                    self._owners[slot] = address
                node = self._node(address)
            except RedisDown:
                self._forget(self._owners.get(slot, ""))
                raise
        raise RedisDown

    def close(self) -> None:
        """Close all connections; the next call opens what it needs."""
        for node in (self._first, *self._nodes.values()):
            node.close()

    def _node(self, address: str) -> RedisConnection:
        if not address:
            return self._first
        if address not in self._nodes:
            login, at, _ = self._url.netloc.rpartition("@")
            self._nodes[address] = RedisConnection(f"{self._url.scheme}://{login}{at}{address}", self._password)
        return self._nodes[address]

    def _complete(self, address: str) -> str:
        # A node that does not know its own name leaves it out: it means the host that was asked.
        return f"{self._url.hostname}{address}" if address.startswith(":") else address

    def _forget(self, address: str) -> None:
        """Ask the first node again for the slots of a node that is down: a replica may have taken them over."""
        self._owners = {slot: owner for slot, owner in self._owners.items() if owner != address}


def slot_of(words: tuple[str | bytes | int, ...]) -> int:
    """The slot of a command's key: CRC16 of the key, or of its hash tag (Redis cluster specification)."""
    if len(words) == 1:
        return 0  # a command without a key, which every node answers
    key = words[3] if words[0] == "EVAL" else words[1]
    text = key if isinstance(key, bytes) else str(key).encode()
    start = text.find(b"{")
    end = text.find(b"}", start + 1)
    tag = text[start + 1 : end] if start >= 0 and end > start + 1 else text
    return binascii.crc_hqx(tag, 0) % SLOTS


@functools.cache
def redis() -> Redis | None:
    """The connection of this process, or its connections to a cluster; None if no Redis is configured."""
    url = settings().redis_url
    if not url:
        return None
    if settings().redis_cluster:
        return RedisCluster(url, password_for(url))
    return RedisConnection(url, password_for(url))

"""Copies in Redis, which may be lost at any time: every operation also works from DynamoDB alone.

1. A `Cache` keeps answers with their version and ETag for 60 s.
2. A writer fences a key with its next version before the commit and fills it afterwards; a reader fills it with the
   answer it read. One compare-and-set guards all of these: a key never gets an older version than it has.
3. So a slow reader cannot bring back an old version:
       reader reads version 1; writer fences 2, commits, fills 2
       reader fills 1: refused
4. The 60 s of a reader's copy count from the moment when it began to read.

`recall` and `remember` keep a text for some seconds without a guard, for answers that may be that old.

Metrics: CacheHits, CacheMisses, and CacheFailures, the calls without an answer because Redis is down or left alone.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from payerworks.log import count
from payerworks.redis_connection import RedisDown, redis

Value = TypeVar("Value")

LIFE_SECONDS = 60

# A copy is "version\netag\ntext", a fence is "version\n"; the guard compares the version at the beginning.
_PUT_UNLESS_NEWER = """
local current = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+'))
if current and current > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class Copy(NamedTuple):
    """The answer of one version."""

    version: int
    etag: str
    text: str


class Cache:
    """The copies of one kind of resource."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def read(self, tenant: str, name: str) -> Copy | None:
        """The copy of a resource; None without a copy, behind a fence, or without Redis."""
        return _counted(lambda: _copy(_call("GET", self._key(tenant, name))))

    def fence(self, tenant: str, name: str, version: int) -> None:
        """Keep out every copy older than `version`. Writers call this before they commit it, the change feed after.

        The fence stays if the commit fails: then either another writer has committed this version, or readers use the
        table until the fence expires.
        """
        # A copy of this version is already right and stays; the fence replaces only older values.
        self._put(tenant, name, version - 1, b"%d\n" % version, LIFE_SECONDS)

    def fill(self, tenant: str, name: str, copy: Copy, read_at: float | None = None) -> None:
        """Store an answer unless the key has a newer value; `read_at` is `time.monotonic()` when reading began."""
        left = LIFE_SECONDS - (0.0 if read_at is None else time.monotonic() - read_at)
        if left > 0:
            self._put(tenant, name, copy.version, f"{copy.version}\n{copy.etag}\n{copy.text}".encode(), left)

    def _put(self, tenant: str, name: str, newest: int, value: bytes, seconds: float) -> None:
        # Without the copy, the next reader reads the table; nobody gets an error.
        with contextlib.suppress(RedisDown):
            _call("EVAL", _PUT_UNLESS_NEWER, 1, self._key(tenant, name), newest, value, round(seconds * 1000))

    def _key(self, tenant: str, name: str) -> str:
        return f"{tenant}#{self._kind}#{name}"


def recall(key: str) -> str | None:
    """The text that `remember` stored under a key, or None. A key begins with its tenant."""
    return _counted(lambda: None if (value := _call("GET", key)) is None else value.decode())


def remember(key: str, text: str, seconds: int) -> None:
    """Store a text under a key for some seconds."""
    with contextlib.suppress(RedisDown):
        _call("SET", key, text, "EX", seconds)


def _counted(read: Callable[[], Value | None]) -> Value | None:
    try:
        value = read()
    except RedisDown:
        return None
    count("CacheMisses" if value is None else "CacheHits")
    return value


def _call(*words: str | bytes | int) -> Any:
    """Redis's answer to a command. Raises RedisDown, also if no Redis is configured."""
    connection = redis()
    if connection is None:
        raise RedisDown
    try:
        return connection.call(*words)
    except RedisDown:
        count("CacheFailures")
        raise


def _copy(value: bytes | None) -> Copy | None:
    parts = value.split(b"\n", 2) if value else ()
    return Copy(int(parts[0]), parts[1].decode(), parts[2].decode()) if len(parts) == 3 else None

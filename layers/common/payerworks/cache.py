"""Copies in Redis, which may be lost at any time: every operation also works from DynamoDB alone.

1. A `Cache` keeps answers with their version and ETag for 60 s.
2. A writer fences a key with its next version before the commit and fills it afterwards; a reader fills it with the
   answer it read. One compare-and-set guards all of these: a key never gets an older version than it has.
3. So a slow reader cannot bring back an old version, as long as the key has a fence or a copy:
       reader reads version 1; writer fences 2, commits, fills 2
       reader fills 1: refused
4. Without both (a Redis that restarts, a fence that did not get there or is over), an old version can come back. It is
   gone 60 s after it was the current one, because the 60 s count from the moment before it was read, or committed:
       writer commits version 1 at 0 s and is held up; another fences 2, commits, fills 2; Redis restarts at 20 s
       the first writer fills 1 at 28 s: it lives until 60 s, not until 88 s
5. A fill that Redis gets late, after its caller gave up, ends at the same time: it carries the time when it ends, by
   the clock, and the seconds left, in case the clocks of function and Redis differ; what is over first counts.
       the connection is held up, and the fill of 28 s arrives at 50 s: it lives for 10 s, not for 32

`recall` and `remember` keep a text for some seconds without a guard, for answers that may be that old; the seconds
count in the same way.

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
# What is put lives for some milliseconds, but never longer than until a time in milliseconds since 1970.
_PUT_UNLESS_NEWER = """
local current = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+'))
if current and current > tonumber(ARGV[1]) then return 0 end
local time = redis.call('TIME')
local left = math.min(tonumber(ARGV[3]), tonumber(ARGV[4]) - time[1] * 1000 - math.floor(time[2] / 1000))
if left <= 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', left)
return 1
"""
_ANY_VERSION = 10**21
"""More than any digits at the beginning of a value: it is put whatever is there."""


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
        _put(self._key(tenant, name), version - 1, b"%d\n" % version, LIFE_SECONDS, time.monotonic())

    def fill(self, tenant: str, name: str, copy: Copy, began: float) -> None:
        """Store an answer unless the key has a newer value.

        `began` is `time.monotonic()` before the answer was read, or before its version was committed.
        """
        value = f"{copy.version}\n{copy.etag}\n{copy.text}".encode()
        _put(self._key(tenant, name), copy.version, value, LIFE_SECONDS, began)

    def _key(self, tenant: str, name: str) -> str:
        return f"{tenant}#{self._kind}#{name}"


def recall(key: str) -> str | None:
    """The text that `remember` stored under a key, or None. A key begins with its tenant."""
    return _counted(lambda: None if (value := _call("GET", key)) is None else value.decode())


def remember(key: str, text: str, seconds: int, began: float) -> None:
    """Store a text under a key until some seconds after `began`: `time.monotonic()` before what it says was read."""
    _put(key, _ANY_VERSION, text.encode(), seconds, began)


def _put(key: str, newest: int, value: bytes, seconds: int, began: float) -> None:
    left = round((began + seconds - time.monotonic()) * 1000)
    if left <= 0:
        return
    # Without the copy, the next reader reads the table; nobody gets an error.
    with contextlib.suppress(RedisDown):
        _call("EVAL", _PUT_UNLESS_NEWER, 1, key, newest, value, left, round(time.time() * 1000) + left)


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

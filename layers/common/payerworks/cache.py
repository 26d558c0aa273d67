"""Copies in Redis, which may be lost at any time: every operation works from DynamoDB without them.

A `Cache` keeps answers with their version and ETag for 60 s. A writer fences a key with the version that it is about
to commit and fills it after; a reader fills it with what it read. Both go through one compare-and-set: nothing older
than what the key holds, fence or copy, is ever put there. So a slow reader cannot bring back an old version. The 60 s
of a reader's copy count from when it began to read.

`recall` and `remember` keep a text for some seconds, with no guard: for what may be that old.

Metrics: CacheHits, CacheMisses, and CacheFailures, the calls that Redis did not answer because it is down or at rest.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from payerworks.log import count
from payerworks.redis_connection import RedisDown, redis

Found = TypeVar("Found")

LIFE_SECONDS = 60

# A copy is "version\netag\ntext", a fence "version\n": both begin with the version that guards them.
_PUT_UNLESS_NEWER = """
local held = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+'))
if held and held > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class Copy(NamedTuple):
    """An answer as it was in one version."""

    version: int
    etag: str
    text: str


class Cache:
    """The copies of one kind of resource."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def read(self, tenant: str, name: str) -> Copy | None:
        """The copy of a resource; None where there is none, or a fence, or no Redis."""
        return _counted(lambda: _copy(_call("GET", self._key(tenant, name))))

    def fence(self, tenant: str, name: str, version: int) -> None:
        """Keep out every copy older than `version`; called before `version` is committed, and by the feed after.

        It stays when that commit fails: then either another writer has committed this version, or readers look into
        the table until the fence's time is over.
        """
        # A copy of this very version is right already, and stays: only what is older gives way.
        self._put(tenant, name, version - 1, b"%d\n" % version, LIFE_SECONDS)

    def fill(self, tenant: str, name: str, copy: Copy, read_at: float | None = None) -> None:
        """Keep an answer unless the key holds something newer; `read_at` is `time.monotonic()` when reading began."""
        left = LIFE_SECONDS - (0.0 if read_at is None else time.monotonic() - read_at)
        if left > 0:
            self._put(tenant, name, copy.version, f"{copy.version}\n{copy.etag}\n{copy.text}".encode(), left)

    def _put(self, tenant: str, name: str, newest: int, value: bytes, seconds: float) -> None:
        # A copy that cannot be written costs the next reader a look into the table, and nobody an error.
        with contextlib.suppress(RedisDown):
            _call("EVAL", _PUT_UNLESS_NEWER, 1, self._key(tenant, name), newest, value, round(seconds * 1000))

    def _key(self, tenant: str, name: str) -> str:
        return f"{tenant}#{self._kind}#{name}"


def recall(key: str) -> str | None:
    """The text that `remember` kept under a key; None without one. A key begins with its tenant."""
    return _counted(lambda: None if (held := _call("GET", key)) is None else held.decode())


def remember(key: str, text: str, seconds: int) -> None:
    """Keep a text under a key for some seconds."""
    with contextlib.suppress(RedisDown):
        _call("SET", key, text, "EX", seconds)


def _counted(read: Callable[[], Found | None]) -> Found | None:
    try:
        found = read()
    except RedisDown:
        return None
    count("CacheMisses" if found is None else "CacheHits")
    return found


def _call(*words: str | bytes | int) -> Any:
    """Redis's answer to a command. Raises RedisDown, also where no Redis is configured."""
    connection = redis()
    if connection is None:
        raise RedisDown
    try:
        return connection.call(*words)
    except RedisDown:
        count("CacheFailures")
        raise


def _copy(held: bytes | None) -> Copy | None:
    parts = held.split(b"\n", 2) if held else ()
    return Copy(int(parts[0]), parts[1].decode(), parts[2].decode()) if len(parts) == 3 else None

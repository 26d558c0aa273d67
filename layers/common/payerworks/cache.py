"""A guarded copy of an answer in Redis: its bytes with its version and ETag, for 60 s.

A writer fences the key with the version it is about to commit and fills it after; a reader fills it with what it read.
Both go through one compare-and-set: nothing older than what the key holds, fence or copy, is ever put there. So a slow
reader cannot bring back an old version. The 60 s of a reader's copy count from when it began to read.
"""

import contextlib
import time
from typing import NamedTuple

from payerworks.redis_connection import RedisDown, redis

LIFE_SECONDS = 60

# A copy is "version\netag\nbody", a fence "version\n": both begin with the version that guards them.
_PUT_UNLESS_NEWER = """
local held = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+'))
if held and held > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


class Copy(NamedTuple):
    """An answer as it was: its ETag, and its body in UTF-8."""

    etag: str
    body: bytes


def read(key: str) -> Copy | None:
    """The copy under a key; None where there is none, or a fence, or no Redis."""
    connection = redis()
    if connection is None:
        return None
    try:
        held = connection.call("GET", key)
    except RedisDown:
        return None
    if held is None:
        return None
    parts = held.split(b"\n", 2)
    return Copy(parts[1].decode(), parts[2]) if len(parts) == 3 else None


def fence(key: str, version: int) -> None:
    """Keep every copy older than `version` from the key; called before `version` is committed, and by the feed after.

    It stays when that commit fails: then either another writer has committed this version, or readers look into the
    table until the fence's time is out.
    """
    # A copy of this very version is right already, and stays: only what is older gives way.
    _put(key, version - 1, b"%d\n" % version, LIFE_SECONDS * 1000)


def fill(key: str, version: int, etag: str, body: str, read_at: float | None = None) -> None:
    """Keep an answer unless the key holds something newer; `read_at` is `time.monotonic()` when its reading began."""
    spent = 0.0 if read_at is None else time.monotonic() - read_at
    left = round((LIFE_SECONDS - spent) * 1000)
    if left > 0:
        _put(key, version, b"%d\n%s\n%s" % (version, etag.encode(), body.encode()), left)


def _put(key: str, newest: int, value: bytes, milliseconds: int) -> None:
    _quietly("EVAL", _PUT_UNLESS_NEWER, 1, key, newest, value, milliseconds)


def _quietly(*words: str | bytes | int) -> None:
    # A copy that cannot be written costs the next reader a look into the table, and nobody an error.
    connection = redis()
    if connection is not None:
        with contextlib.suppress(RedisDown):
            connection.call(*words)

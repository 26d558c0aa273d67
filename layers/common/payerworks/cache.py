"""A guarded copy of an answer in Redis: its text with its version and ETag, for 60 s.

A writer fences the key with the version it is about to commit and fills it after; a reader fills it with what it read.
Both go through one compare-and-set: nothing older than what the key holds, fence or copy, is ever put there. So a slow
reader cannot bring back an old version. The 60 s of a reader's copy count from when it began to read.

Of many readers of a cold key one loads what it holds, by a lease beside the key; the others wait for its copy.

Metrics: CacheHits, CacheMisses, and CacheFailures, the calls that a Redis which is down, or left alone, did not answer.
"""

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from payerworks.metrics import count
from payerworks.redis_connection import RedisDown, redis

LIFE_SECONDS = 60
LEASE_SECONDS = 1.0
"""How long a reader has a cold key for itself, and how long another waits for it."""
LOOK_SECONDS = 0.02
"""Between two looks of one that waits."""

# A copy is "version\netag\ntext", a fence "version\n": both begin with the version that guards them.
_PUT_UNLESS_NEWER = """
if redis.call('GET', KEYS[2]) == ARGV[4] then redis.call('DEL', KEYS[2]) end
local held = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+'))
if held and held > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
# The copy, if one has come meanwhile; else 'OK' where the lease is taken, nil where another has it.
_COPY_OR_LEASE = """
if string.match(redis.call('GETRANGE', KEYS[1], 0, 20), '^%d+\\n.') then return redis.call('GET', KEYS[1]) end
return redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Copy(NamedTuple):
    """An answer as it was in one version."""

    version: int
    etag: str
    text: str


def read(key: str) -> Copy | None:
    """The copy under a key; None where there is none, or a fence, or no Redis."""
    try:
        copy = _copy(_call("GET", key))
    except RedisDown:
        return None
    count("CacheMisses" if copy is None else "CacheHits")
    return copy


def read_through(key: str, load: Callable[[], Copy]) -> Copy:
    """The copy under a key that had none: made by `load`, or by another reader who is at it.

    It loads by itself where the other one finds nothing, fails, or takes longer than a second. Errors of `load` pass.
    """
    token = os.urandom(8).hex()
    with contextlib.suppress(RedisDown):
        found = _call("EVAL", _COPY_OR_LEASE, 2, key, _lease(key), token, round(LEASE_SECONDS * 1000))
        copy = _awaited(key) if found is None else _copy(found)
        if copy is not None:
            return copy
    read_at = time.monotonic()
    try:
        copy = load()
    except BaseException:
        # Those who wait need not wait for it any longer.
        with contextlib.suppress(RedisDown):
            _call("EVAL", _RELEASE, 1, _lease(key), token)
        raise
    fill(key, copy, read_at, token)
    return copy


def _awaited(key: str) -> Copy | None:
    """The copy that another reader makes; None when it gave up, or a second is over."""
    end = time.monotonic() + LEASE_SECONDS
    while time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        held, lease = _call("MGET", key, _lease(key))
        copy = _copy(held)
        if copy is not None or lease is None:
            return copy
    return None


def fence(key: str, version: int) -> None:
    """Keep every copy older than `version` from the key; called before `version` is committed, and by the feed after.

    It stays when that commit fails: then either another writer has committed this version, or readers look into the
    table until the fence's time is out.
    """
    # A copy of this very version is right already, and stays: only what is older gives way.
    _put(key, version - 1, b"%d\n" % version, LIFE_SECONDS * 1000)


def fill(key: str, copy: Copy, read_at: float | None = None, token: str = "") -> None:
    """Keep an answer unless the key holds something newer; `read_at` is `time.monotonic()` when its reading began.

    `token` is that of the lease under which it was read.
    """
    spent = 0.0 if read_at is None else time.monotonic() - read_at
    left = round((LIFE_SECONDS - spent) * 1000)
    if left > 0:
        _put(key, copy.version, f"{copy.version}\n{copy.etag}\n{copy.text}".encode(), left, token)


def _put(key: str, newest: int, value: bytes, milliseconds: int, token: str = "") -> None:
    # A copy that cannot be written costs the next reader a look into the table, and nobody an error.
    with contextlib.suppress(RedisDown):
        _call("EVAL", _PUT_UNLESS_NEWER, 2, key, _lease(key), newest, value, milliseconds, token)


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


def _lease(key: str) -> str:
    # No id has a slash, so this is no other key.
    return f"{key}/lease"

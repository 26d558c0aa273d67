"""The copy in Redis of a tenant's highest totals, so that reading them costs the same however many claims there are.

Under one key is one of three things: the copy, for 60 s; a ticket, of a reader who is reading the totals to fill it;
or nothing but a fence, which is set before totals change and again after it. A reader may fill it only while its ticket
is there, so what it read before a change cannot come back after it; the fence stays until the index that totals are
read from, which follows the table by some milliseconds, has them too. A Redis that is down or was emptied means a read
of the table.
"""

import contextlib
import uuid
from collections.abc import Collection, Iterator, Sequence

from payerworks.redis_connection import RedisDown, redis

LIFE_SECONDS = 60
FENCE_SECONDS = 5
"""Longer than one round of counting; a later fence only makes it longer."""
READING_SECONDS = 10
"""How long a ticket lets others read without filling: longer than any reading."""

_COPY, _TICKET, _FENCE = b"copy\n", b"ticket\n", b"fence\n"

_FILL = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
"""


def read(tenant: str) -> list[str] | None:
    """The highest totals, each a JSON text; None without a copy."""
    held = _call("GET", _key(tenant))
    if held is None or not held.startswith(_COPY):
        return None
    lines = held.removeprefix(_COPY).decode()
    return lines.split("\n") if lines else []


def take_ticket(tenant: str) -> bytes | None:
    """The right to fill the copy with what is read from now on; None where another has it, or there is a fence."""
    ticket = _TICKET + uuid.uuid4().bytes
    return ticket if _call("SET", _key(tenant), ticket, "NX", "PX", READING_SECONDS * 1000) else None


def fill(tenant: str, ticket: bytes, totals: Sequence[str]) -> None:
    """Keep the highest totals, JSON texts, unless totals have changed since the ticket was taken."""
    _call("EVAL", _FILL, 1, _key(tenant), ticket, _COPY + "\n".join(totals).encode(), LIFE_SECONDS * 1000)


@contextlib.contextmanager
def changing(tenants: Collection[str]) -> Iterator[None]:
    """Around a change of tenants' totals: from before it is committed nobody is given a copy without it."""
    _fence(tenants)
    try:
        yield
    finally:
        # Also when nothing was changed: who changed it may have died before this.
        _fence(tenants)


def _fence(tenants: Collection[str]) -> None:
    for tenant in tenants:
        _call("SET", _key(tenant), _FENCE, "PX", FENCE_SECONDS * 1000)


def _call(*words: str | bytes | int) -> bytes | None:
    connection = redis()
    answer: bytes | None = None
    if connection is not None:
        with contextlib.suppress(RedisDown):
            answer = connection.call(*words)
    return answer


def _key(tenant: str) -> str:
    return f"{tenant}#top"

"""How indexes are spread that would hold all of a tenant's in one partition."""

import zlib

SHARDS = 8
"""Partitions of each index that is spread: one takes 1,000 writes a second, and a list is read from all of them."""


def shard_of(name: str) -> int:
    """The shard of what has that name or id, from 0."""
    return zlib.crc32(name.encode()) % SHARDS

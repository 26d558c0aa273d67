"""Table `claims`: the claims received on a day (the claims: repository.py).

Index by_received, with status and net_fee, sorted by `received_at`:
    received_list  {tenant}#{day}#{0…7}
A day has eight partitions, as the writes of a tenant could exceed the capacity of one.
"""

import datetime
import heapq
import itertools
from collections.abc import Iterator

from claims.claim.claim_counts import ReceivedClaim
from claims.storage.claim_items import SHARDS, TABLE, partition_key


def received_claims(tenant: str, day: datetime.date, most: int) -> list[ReceivedClaim]:
    """The first `most` of the claims received on a day (UTC). A thousand of them cost some 25 read units."""
    partitions = (_received(tenant, day, shard, most // SHARDS + 1) for shard in range(SHARDS))
    return list(itertools.islice(heapq.merge(*partitions), most))


def _received(tenant: str, day: datetime.date, shard: int, size: int) -> Iterator[ReceivedClaim]:
    values = {":list": {"S": partition_key(tenant, day.isoformat(), shard)}}
    for item in TABLE.query("received_list = :list", values, IndexName="by_received", Limit=size):
        yield ReceivedClaim(item["received_at"]["S"], item["status"]["S"], int(item["net_fee"]["N"]))

"""Table `claims`: the lists of claims (the claims: repository.py).

Indexes, keys only, all sorted by `list_order`, `{service_date}#{claimId}`:
    by_subscriber   subscriber_list  {tenant}#{subscriber}
    by_provider     provider_list    {tenant}#{npi}
    by_status       status_list      {tenant}#{status}#{0…7}
    by_date         date_list        {tenant}#{0…7}
The last two have eight partitions each, as the writes of a tenant could exceed the capacity of one.

Access patterns
    claims, newest service first     Query of the first of these indexes for which the filter has a value (by_status and
                                     by_date: of all eight partitions, merged), then BatchGetItem of the page
    two filters of the first three   Query of the first index; up to 1,000 of its claims are read per call, and those
                                     that match are kept
by_date has no status in its keys: a claim keeps its place there when its status changes, so paging through all claims
meets each exactly once.
"""

import datetime
import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from claims.claim.stored_claim import StoredClaim
from claims.storage.claim_items import SHARDS, TABLE, claim_from, claim_key, partition_key
from payerworks.batches import READ_BATCH, read_all

MOST_READ = 1000
"""Most claims that are read for one page."""

_BEFORE_ALL, _AFTER_ALL = "0", ":"
"""Texts that sort before and after every date."""


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What all claims of a list have in common; None: any value. The days of service are inclusive."""

    provider_npi: str | None = None
    subscriber_number: str | None = None
    status: str | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None

    def matches(self, claim: StoredClaim) -> bool:
        """Whether a claim matches; its day, by which the index is queried, is not checked again."""
        return (
            self.provider_npi in (None, claim.provider_npi)
            and self.subscriber_number in (None, claim.subscriber_number)
            and self.status in (None, claim.status)
        )


class ClaimPage(NamedTuple):
    """Claims, and the `list_order` after which the next page starts; None on the last page."""

    claims: list[StoredClaim]
    after: str | None


def list_claims(tenant: str, claim_filter: ClaimFilter, after: str | None, limit: int) -> ClaimPage:
    """Up to `limit` claims that match, newest service first, then by id; `after` is the place before the first.

    A page can be shorter and still have a next one, if MOST_READ claims were read and too few match.
    """
    index, partitions = _partitions(tenant, claim_filter)
    keys = (claim_filter.subscriber_number, claim_filter.provider_npi, claim_filter.status)
    is_exact = sum(key is not None for key in keys) < 2
    size = limit + 1 if is_exact else READ_BATCH
    orders = heapq.merge(*(_orders(index, name, claim_filter, after, size) for name in partitions), reverse=True)
    claims: list[StoredClaim] = []
    orders_read: list[str] = []
    for order, claim in itertools.islice(_claims(tenant, orders, size), MOST_READ):
        orders_read.append(order)
        # Matched again even if the index is exact: it lags behind the table, where the status may have changed.
        if claim is not None and claim_filter.matches(claim):
            claims.append(claim)
        if len(claims) > limit:
            return ClaimPage(claims[:limit], claims[limit - 1].order)
    return ClaimPage(claims, orders_read[-1] if len(orders_read) == MOST_READ else None)


def _partitions(tenant: str, claim_filter: ClaimFilter) -> tuple[str, list[str]]:
    if claim_filter.subscriber_number is not None:
        return "by_subscriber", [partition_key(tenant, claim_filter.subscriber_number)]
    if claim_filter.provider_npi is not None:
        return "by_provider", [partition_key(tenant, claim_filter.provider_npi)]
    if claim_filter.status is not None:
        return "by_status", [partition_key(tenant, claim_filter.status, shard) for shard in range(SHARDS)]
    return "by_date", [partition_key(tenant, shard) for shard in range(SHARDS)]


def _orders(index: str, partition: str, claim_filter: ClaimFilter, after: str | None, size: int) -> Iterator[str]:
    first = claim_filter.first_day.isoformat() if claim_filter.first_day else _BEFORE_ALL
    last = claim_filter.last_day.isoformat() + _AFTER_ALL if claim_filter.last_day else _AFTER_ALL
    items = TABLE.query(
        f"{index.replace('by_', '')}_list = :list AND list_order BETWEEN :first AND :last",
        {":list": {"S": partition}, ":first": {"S": first}, ":last": {"S": after or last}},
        IndexName=index,
        ScanIndexForward=False,
        Limit=size,
    )
    orders = (item["list_order"]["S"] for item in items)
    return (order for order in orders if order != after)


def _claims(tenant: str, orders: Iterator[str], size: int) -> Iterator[tuple[str, StoredClaim | None]]:
    while chunk := list(itertools.islice(orders, size)):
        items = read_all(TABLE, [claim_key(tenant, order.split("#")[1]) for order in chunk])
        claims = {claim.claim_id: claim for claim in map(claim_from, items)}
        yield from ((order, claims.get(order.split("#")[1])) for order in chunk)

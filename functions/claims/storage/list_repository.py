"""Table `claims`: the lists (the claims: repository.py).

Indexes, of keys only, all in the order of `list_order`, `{service_date}#{claimId}`:
    by_subscriber   subscriber_list  {tenant}#{subscriber}
    by_provider     provider_list    {tenant}#{npi}
    by_status       status_list      {tenant}#{status}#{0…7}
    by_date         date_list        {tenant}#{0…7}
The last two are spread, so that no one key holds up what is written.

Access patterns
    claims, newest service first     Query of the first of these indexes that the filter has a value for, for by_status
                                     and by_date of all eight partitions, merged; then BatchGetItem of the page
    two filters of the first three   the first index picks; of what it gives, up to 1,000 claims a call are read and
                                     those that fit are kept
The index by_date has no status in its keys: a claim stands in it once and stays there while its status moves, so that
paging meets it exactly once.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from claims.claim.stored_claim import StoredClaim
from claims.storage.claim_filter import ClaimFilter
from claims.storage.claim_items import (
    TABLE,
    claim_from,
    claim_key,
    date_list,
    provider_list,
    status_list,
    subscriber_list,
)
from claims.storage.shards import SHARDS
from payerworks.batches import READ_BATCH, read_all

MOST_READ = 1000
"""Claims that one page reads at most."""

_BEFORE_ALL, _AFTER_ALL = "0", ":"
"""Texts that sort before and after every date."""


class Page(NamedTuple):
    """Claims, and the place in the list to go on after; None at its end."""

    claims: list[StoredClaim]
    after: str | None


def list_claims(tenant: str, wanted: ClaimFilter, after: str | None, limit: int) -> Page:
    """Up to `limit` claims that a filter takes, newest service first, of equal days by id, from the place `after` on.

    Fewer, with a place to go on after, where too many had to be read that it does not take.
    """
    index, partitions = _partitions(tenant, wanted)
    exact = sum(value is not None for value in (wanted.subscriber_number, wanted.provider_npi, wanted.status)) < 2
    size = limit + 1 if exact else READ_BATCH
    orders = heapq.merge(*(_orders(index, name, wanted, after, size) for name in partitions), reverse=True)
    found: list[StoredClaim] = []
    read: list[str] = []
    for order, claim in itertools.islice(_claims(tenant, orders, size), MOST_READ):
        read.append(order)
        # A claim whose status moved a moment ago stands in the index as it was.
        if claim is not None and wanted.takes(claim):
            found.append(claim)
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1].order)
    return Page(found, read[-1] if len(read) == MOST_READ else None)


def claim_ids(tenant: str, provider_npi: str) -> Iterator[str]:
    """The ids of all claims of a provider, as its index has them."""
    orders = _orders("by_provider", provider_list(tenant, provider_npi), ClaimFilter(), None, 1000)
    return (order.split("#")[1] for order in orders)


def _partitions(tenant: str, wanted: ClaimFilter) -> tuple[str, list[str]]:
    if wanted.subscriber_number is not None:
        return "by_subscriber", [subscriber_list(tenant, wanted.subscriber_number)]
    if wanted.provider_npi is not None:
        return "by_provider", [provider_list(tenant, wanted.provider_npi)]
    if wanted.status is not None:
        return "by_status", [status_list(tenant, wanted.status, shard) for shard in range(SHARDS)]
    return "by_date", [date_list(tenant, shard) for shard in range(SHARDS)]


def _orders(index: str, partition: str, wanted: ClaimFilter, after: str | None, size: int) -> Iterator[str]:
    first = wanted.first_day.isoformat() if wanted.first_day else _BEFORE_ALL
    last = wanted.last_day.isoformat() + _AFTER_ALL if wanted.last_day else _AFTER_ALL
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
        ids = [order.split("#")[1] for order in chunk]
        claims = _read_claims(tenant, ids)
        yield from zip(chunk, map(claims.get, ids), strict=True)


def _read_claims(tenant: str, ids: Sequence[str]) -> dict[str, StoredClaim]:
    keys = [claim_key(tenant, claim_id) for claim_id in ids]
    by_id = {item["pk"]["S"].split("#")[1]: item for item in read_all(TABLE, keys)}
    return {claim_id: claim_from(tenant, claim_id, item) for claim_id, item in by_id.items()}

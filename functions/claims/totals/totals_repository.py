"""Table `claims`: the totals of providers (keys and attributes: repository.py; the shares: share_repository.py).

Index by_total: total_shard `{tenant}#{0…7}`, total_rank; with claim_count.

Access patterns
    the highest totals         Query by_total, the top of each partition
    rebuilding a total         1. UpdateItem of TOTAL: hold it, so that accrual to it waits
                               2. add up its shares (share_repository.py)
                               3. UpdateItem of TOTAL, on condition that it was not changed since it was held
    claims and providers,      Scan by pages, on no request's path
    to rebuild their totals
"""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from claims.storage.claim_items import SHARDS, TABLE, partition_key, shard_of
from claims.totals.provider_totals import ClaimShare, Provider, ProviderTotal, cents_of, difference, rank
from payerworks.dynamodb import ConditionFailed, Item, Part
from payerworks.errors import Unavailable

HOLD_SECONDS = 120
"""How long a hold keeps accrual waiting if nobody lets it go: longer than it takes to add up a million shares."""

_END_HOLD = "REMOVE held_by, held_until"
"""The end of a change that ends a hold."""


def total_key(tenant: str, provider_npi: str) -> Item:
    """The key of a provider's TOTAL item."""
    return {"pk": {"S": f"{tenant}#NPI#{provider_npi}"}, "sk": {"S": "TOTAL"}}


def top_totals(tenant: str, limit: int) -> list[ProviderTotal]:
    """The `limit` highest totals of a tenant, the highest first, then the lower NPI."""
    totals = [total for shard in range(SHARDS) for total in _top_of_shard(partition_key(tenant, shard), limit)]
    return sorted(totals, key=lambda total: (-total.net_fee, total.provider_npi))[:limit]


def _top_of_shard(total_shard: str, limit: int) -> list[ProviderTotal]:
    items = TABLE.query(
        "total_shard = :shard",
        {":shard": {"S": total_shard}, ":none": {"N": "0"}},
        IndexName="by_total",
        FilterExpression="claim_count > :none",  # 0: all claims of the provider are void
        ScanIndexForward=False,
        Limit=limit,
    )
    return [_total_from(item) for item in itertools.islice(items, limit)]


def _total_from(item: Mapping[str, Any]) -> ProviderTotal:
    npi = item["pk"]["S"].rsplit("#", 1)[1]
    return ProviderTotal(npi, cents_of(int(item["total_rank"]["N"])), int(item["claim_count"]["N"]))


class TablePage(NamedTuple):
    """What a page of the table has: its claims (tenant and id) and the providers of all its items.

    items   their number
    after   the key of the next page, None at the end
    """

    claims: list[tuple[str, str]]
    providers: set[Provider]
    items: int
    after: Item | None


def read_page(after: Item | None, limit: int) -> TablePage:
    """The next `limit` items, of all tenants."""
    start = {"ExclusiveStartKey": after} if after else {}
    options = {"ProjectionExpression": "pk, provider_npi", "ConsistentRead": True, "Limit": limit}
    page = next(TABLE.pages("scan", **options, **start))
    claims: list[tuple[str, str]] = []
    providers: set[Provider] = set()
    for item in page["Items"]:
        tenant, *rest = item["pk"]["S"].split("#")
        if "provider_npi" in item:
            claims.append((tenant, rest[0]))
            providers.add((tenant, item["provider_npi"]["S"]))
        elif rest[0] == "NPI":
            providers.add((tenant, rest[1]))
    return TablePage(claims, providers, len(page["Items"]), page.get("LastEvaluatedKey"))


class HeldTotal(NamedTuple):
    """A total and its version when it was held; None if it had none."""

    total: ProviderTotal | None
    version: int | None


def hold_total(provider: Provider, run: str) -> HeldTotal | None:
    """Make accrual to a provider's total wait, for HOLD_SECONDS or until it is set or let go.

    None if this run has rebuilt the total already. An earlier hold of the total is replaced.
    """
    held_until = time.time_ns() + HOLD_SECONDS * 10**9
    try:
        item = TABLE.update(
            total_key(*provider),
            "SET held_by = :run, held_until = :until",
            {":run": {"S": run}, ":until": {"N": str(held_until)}},
            "attribute_not_exists(recounted) OR recounted <> :run",
        )
    except ConditionFailed:
        return None
    total = _total_from(item) if "total_rank" in item else None
    return HeldTotal(total, int(item["version"]["N"]) if "version" in item else None)


def let_go(provider: Provider, run: str) -> None:
    """End the hold of a run, if there is one."""
    TABLE.update_if("held_by = :run", total_key(*provider), _END_HOLD, {":run": {"S": run}})


def set_total(provider: Provider, total: ProviderTotal, held: HeldTotal, run: str) -> bool:
    """Set a total and end its hold; returns whether the total was different.

    Raises Unavailable if the total was changed since it was held: by an accrual, after the hold had ended, or by
    another run. No clock decides: each change of the total raises its version.
    """
    tenant, provider_npi = provider
    values = {
        ":rank": {"N": str(rank(total.net_fee, provider_npi))},
        ":claims": {"N": str(total.claims)},
        ":shard": {"S": partition_key(tenant, shard_of(provider_npi))},
        ":run": {"S": run},
        ":next": {"N": str((held.version or 0) + 1)},
    }
    change = (
        "SET total_rank = :rank, claim_count = :claims, total_shard = :shard, version = :next, recounted = :run"
        f" {_END_HOLD}"
    )
    condition = "attribute_not_exists(version)"
    if held.version is not None:
        condition = "version = :version"
        values[":version"] = {"N": str(held.version)}
    try:
        options = {"ReturnValues": "NONE", "is_done": lambda item: item.get("recounted") == values[":run"]}
        TABLE.update(total_key(*provider), change, values, condition, **options)
    except ConditionFailed:
        raise being_recounted() from None
    return total != held.total


def being_recounted() -> Unavailable:
    """The error to raise where a recount and another change of a total are in each other's way."""
    return Unavailable("A total is being recounted; try again.")


def adjusted_total(provider: Provider, shares: Sequence[ClaimShare]) -> Part:
    """The change of a total, as a part of a transaction, if all these shares become what is due.

    It fails while the total is held. It removes a hold that has ended, so that its holder learns of the change.
    """
    tenant, provider_npi = provider
    cents, claims = difference(shares)
    values = {
        ":amount": {"N": str(rank(cents))},
        ":first": {"N": str(rank(0, provider_npi))},
        ":claims": {"N": str(claims)},
        ":zero": {"N": "0"},
        ":one": {"N": "1"},
        ":shard": {"S": partition_key(tenant, shard_of(provider_npi))},
        ":now": {"N": str(time.time_ns())},
    }
    change = (
        "SET total_rank = if_not_exists(total_rank, :first) + :amount,"
        " claim_count = if_not_exists(claim_count, :zero) + :claims, total_shard = :shard,"
        f" version = if_not_exists(version, :zero) + :one {_END_HOLD}"
    )
    return TABLE.update_part(
        total_key(*provider), change, values, "attribute_not_exists(held_until) OR held_until < :now"
    )

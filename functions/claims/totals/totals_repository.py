"""Table `claims`: the totals of providers, and the claims' shares in them (keys and attributes: repository.py).

Index by_total: total_shard `{tenant}#{0…7}`, total_rank; with claim_count.

Access patterns
    the highest totals            Query by_total, the top of each partition
    accruing claims               BatchGetItem of the claims, one transaction for them and their providers' totals
    rebuilding a total            1. UpdateItem of TOTAL: hold it, which stops accrual to it
                                  2. Query by_provider, BatchGetItem of the claims: add up their shares
                                  3. UpdateItem of TOTAL, on condition that it is still held
    providers, to rebuild them    Scan by pages, on no request's path
"""

import itertools
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.storage.claim_items import SHARDS, TABLE, claim_key, partition_key, shard_of
from claims.totals.provider_totals import ClaimShare, ProviderTotal, cents_of, difference, rank
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact
from payerworks.errors import Unavailable

HOLD_SECONDS = 960
"""How long a hold lasts: longer than a function can run (900 s), so nobody sets a total by a hold that has ended."""

Provider = tuple[str, str]
"""Tenant and NPI."""


def total_key(tenant: str, provider_npi: str) -> Item:
    """The key of a provider's TOTAL item."""
    return {"pk": {"S": f"{tenant}#NPI#{provider_npi}"}, "sk": {"S": "TOTAL"}}


def read_shares(keys: Collection[tuple[str, str]]) -> list[ClaimShare]:
    """The shares of up to 100 claims, given as tenant and id, in no order; those that do not exist are left out."""
    # STATUS is a reserved word of DynamoDB.
    attributes = "pk, version, #s, provider_npi, net_fee, counted"
    names = {"#s": "status"}
    claim_keys = [claim_key(*key) for key in keys]
    items = read_all(TABLE, claim_keys, ProjectionExpression=attributes, ExpressionAttributeNames=names)
    return [_share_from(item) for item in items]


def _share_from(item: Mapping[str, Any]) -> ClaimShare:
    tenant, claim_id = item["pk"]["S"].split("#")
    return ClaimShare(
        tenant=tenant,
        claim_id=claim_id,
        provider_npi=item["provider_npi"]["S"],
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        net_fee=int(item["net_fee"]["N"]),
        counted=int(item["counted"]["N"]) if "counted" in item else None,
    )


def commit_shares(shares: Mapping[Provider, Sequence[ClaimShare]], *, once: bool = False) -> None:
    """Set shares to what is due and adjust the totals, in one transaction: up to 100 claims and totals together.

    Raises ConditionFailed if a claim was changed or accrued since it was read; Unavailable if a total is held, or if
    other transactions conflict (with `once` at the first conflict).
    """
    totals = [_adjusted_total(provider, changed) for provider, changed in shares.items()]
    try:
        transact([*totals, *(_counted(share) for changed in shares.values() for share in changed)], once=once)
    except ConditionFailed as failed:
        if "ConditionalCheckFailed" in failed.reasons[: len(totals)]:
            raise Unavailable("A total is being recounted; try again.") from None
        raise


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


class ProviderPage(NamedTuple):
    """The providers in a page of the table, the number of its items, and the key of the next page, None at the end."""

    providers: set[Provider]
    items: int
    after: Item | None


def read_providers(after: Item | None, limit: int) -> ProviderPage:
    """The providers in the next `limit` items, of all tenants."""
    start = {"ExclusiveStartKey": after} if after else {}
    options = {"ProjectionExpression": "pk, provider_npi", "ConsistentRead": True, "Limit": limit}
    page = next(TABLE.pages("scan", **options, **start))
    return ProviderPage(set(_providers(page["Items"])), len(page["Items"]), page.get("LastEvaluatedKey"))


def _providers(items: Sequence[Item]) -> Iterator[Provider]:
    for item in items:
        tenant, _, rest = item["pk"]["S"].partition("#")
        if "provider_npi" in item:
            yield tenant, item["provider_npi"]["S"]
        elif rest.startswith("NPI#"):
            yield tenant, rest.removeprefix("NPI#")


def hold_total(provider: Provider, run: str) -> int | None:
    """Stop accrual to a provider's total for 16 minutes. Returns the end of the hold (ns since 1970), for `set_total`.

    None if this run has rebuilt the total already. An earlier hold of the total loses its effect.
    """
    held_until = time.time_ns() + HOLD_SECONDS * 10**9
    is_due = TABLE.update_if(
        "attribute_not_exists(recounted) OR recounted <> :run",
        total_key(*provider),
        "SET held_until = :until",
        {":until": {"N": str(held_until)}, ":run": {"S": run}},
    )
    return held_until if is_due else None


def set_total(provider: Provider, total: ProviderTotal, held_until: int, run: str) -> bool:
    """Set a held total and end the hold; returns whether the total was different.

    Raises Unavailable if another run holds the total by now.
    """
    tenant, provider_npi = provider
    rank_and_count = {
        "total_rank": {"N": str(rank(total.net_fee, provider_npi))},
        "claim_count": {"N": str(total.claims)},
    }
    values = {
        ":rank": rank_and_count["total_rank"],
        ":claims": rank_and_count["claim_count"],
        ":shard": {"S": partition_key(tenant, shard_of(provider_npi))},
        ":run": {"S": run},
        ":until": {"N": str(held_until)},
    }
    change = "SET total_rank = :rank, claim_count = :claims, total_shard = :shard, recounted = :run REMOVE held_until"
    try:
        old = TABLE.update(total_key(*provider), change, values, "held_until = :until", ReturnValues="ALL_OLD")
    except ConditionFailed:
        raise Unavailable("Another recount has taken the total over.") from None
    return any(old.get(name) != value for name, value in rank_and_count.items())


def _adjusted_total(provider: Provider, shares: Sequence[ClaimShare]) -> Part:
    tenant, provider_npi = provider
    cents, claims = difference(shares)
    values = {
        ":amount": {"N": str(rank(cents))},
        ":first": {"N": str(rank(0, provider_npi))},
        ":claims": {"N": str(claims)},
        ":zero": {"N": "0"},
        ":shard": {"S": partition_key(tenant, shard_of(provider_npi))},
        ":now": {"N": str(time.time_ns())},
    }
    change = (
        "SET total_rank = if_not_exists(total_rank, :first) + :amount,"
        " claim_count = if_not_exists(claim_count, :zero) + :claims, total_shard = :shard"
    )
    return TABLE.update_part(
        total_key(*provider), change, values, "attribute_not_exists(held_until) OR held_until < :now"
    )


def _counted(share: ClaimShare) -> Part:
    values = {":version": {"N": str(share.version)}}
    condition = "version = :version AND attribute_not_exists(counted)"
    if share.counted is not None:
        condition = "version = :version AND counted = :counted"
        values[":counted"] = {"N": str(share.counted)}
    change = "REMOVE counted, operation"
    if share.due is not None:
        change = "SET counted = :due REMOVE operation"
        values[":due"] = {"N": str(share.due)}
    return TABLE.update_part(claim_key(share.tenant, share.claim_id), change, values, condition)

"""Table `claims`: the totals of providers (the claims: repository.py).

Index by_total: total_shard `{tenant}#{0…7}`, total_rank; with claim_count.

Access patterns
    the highest totals           Query by_total, top of each partition
    counting claims              BatchGetItem of the claims, one transaction for them and their providers' totals
    recounting a provider        its total is held, so that nobody counts; its claims (index by_provider) are summed up;
                                 the total is set on condition that it is still held
    providers, to recount them   Scan by pages, on no request's path
"""

import itertools
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from claims.storage.claim_items import TABLE, claim_key
from claims.storage.shards import SHARDS, shard_of
from claims.totals.provider_totals import CountableClaim, ProviderTotal, difference, rank
from claims.totals.total_items import countable_from, total_from, total_key
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact
from payerworks.errors import Unavailable

HOLD_SECONDS = 960
"""How long a total is held at most: longer than a function can run, so that a hold is never used after its end."""

Provider = tuple[str, str]
"""Tenant and NPI."""


def read_countable(keys: Collection[tuple[str, str]]) -> list[CountableClaim]:
    """What counting needs of up to 100 claims, given as tenant and id: of those that there are."""
    # STATUS is a reserved word of DynamoDB.
    attributes = "pk, version, #s, provider_npi, net_fee, counted"
    wanted = [claim_key(*key) for key in keys]
    found = read_all(TABLE, wanted, ProjectionExpression=attributes, ExpressionAttributeNames={"#s": "status"})
    return [countable_from(item) for item in found]


def count(claims: Mapping[Provider, Sequence[CountableClaim]], *, once: bool = False) -> None:
    """Bring claims into their providers' totals, as they were read, in one transaction: up to 100 of both together.

    Raises ConditionFailed where one of them was changed or counted since; Unavailable where a total is held, or where
    others are in the way: at once with `once`.
    """
    totals = [_changed_total(provider, listed) for provider, listed in claims.items()]
    try:
        transact([*totals, *(_counted(claim) for listed in claims.values() for claim in listed)], once=once)
    except ConditionFailed as failed:
        if "ConditionalCheckFailed" in failed.reasons[: len(totals)]:
            raise Unavailable("A total is being recounted; try again.") from None
        raise


def top_totals(tenant: str, limit: int) -> list[ProviderTotal]:
    """The `limit` highest totals of each partition: among them are those of the tenant."""
    return [total for number in range(SHARDS) for total in _top_of(f"{tenant}#{number}", limit)]


def _top_of(partition: str, limit: int) -> list[ProviderTotal]:
    items = TABLE.query(
        "total_shard = :shard",
        {":shard": {"S": partition}, ":none": {"N": "0"}},
        IndexName="by_total",
        FilterExpression="claim_count > :none",  # 0: all claims of the provider are void
        ScanIndexForward=False,
        Limit=limit,
    )
    return [total_from(item) for item in itertools.islice(items, limit)]


class ProviderPage(NamedTuple):
    """The providers of so many items of the table, in no order, and the key to go on after; None at its end."""

    providers: set[Provider]
    items: int
    after: Item | None


def providers_page(after: Item | None, limit: int) -> ProviderPage:
    """The providers of the next `limit` items, of all tenants."""
    start = {"ExclusiveStartKey": after} if after else {}
    wanted = {"ProjectionExpression": "pk, provider_npi", "ConsistentRead": True, "Limit": limit}
    page = next(TABLE.pages("scan", **wanted, **start))
    return ProviderPage(set(_providers(page["Items"])), len(page["Items"]), page.get("LastEvaluatedKey"))


def _providers(items: Sequence[Item]) -> Iterator[Provider]:
    for item in items:
        tenant, _, rest = item["pk"]["S"].partition("#")
        if "provider_npi" in item:
            yield tenant, item["provider_npi"]["S"]
        elif rest.startswith("NPI#"):
            yield tenant, rest.removeprefix("NPI#")


def hold(provider: Provider, run: str) -> int | None:
    """Keep everybody from counting into a provider's total for 16 minutes, and give the hold, to set it by.

    None where the run of recounting has done it already. Whoever held it before has lost its hold.
    """
    until = time.time_ns() + HOLD_SECONDS * 10**9
    is_new = TABLE.update_if(
        "attribute_not_exists(recounted) OR recounted <> :run",
        total_key(*provider),
        "SET held_until = :until",
        {":until": {"N": str(until)}, ":run": {"S": run}},
    )
    return until if is_new else None


def set_total(provider: Provider, total: ProviderTotal, held: int, run: str) -> bool:
    """Set a total that is held and let go of it; whether it was another. Raises Unavailable where the hold was lost."""
    rank_and_count = {
        "total_rank": {"N": str(rank(total.net_fee, total.provider_npi))},
        "claim_count": {"N": str(total.claims)},
    }
    values = {
        ":rank": rank_and_count["total_rank"],
        ":claims": rank_and_count["claim_count"],
        ":shard": {"S": _shard(provider)},
        ":run": {"S": run},
        ":held": {"N": str(held)},
    }
    change = "SET total_rank = :rank, claim_count = :claims, total_shard = :shard, recounted = :run REMOVE held_until"
    try:
        before = TABLE.update(total_key(*provider), change, values, "held_until = :held", ReturnValues="ALL_OLD")
    except ConditionFailed:
        raise Unavailable("Another recount has taken the total over.") from None
    return any(before.get(name) != value for name, value in rank_and_count.items())


def _changed_total(provider: Provider, claims: Sequence[CountableClaim]) -> Part:
    amount, number = difference(claims)
    values = {
        ":amount": {"N": str(rank(amount))},
        ":first": {"N": str(rank(0, provider[1]))},
        ":claims": {"N": str(number)},
        ":zero": {"N": "0"},
        ":shard": {"S": _shard(provider)},
        ":now": {"N": str(time.time_ns())},
    }
    change = (
        "SET total_rank = if_not_exists(total_rank, :first) + :amount,"
        " claim_count = if_not_exists(claim_count, :zero) + :claims, total_shard = :shard"
    )
    return TABLE.update_part(
        total_key(*provider), change, values, "attribute_not_exists(held_until) OR held_until < :now"
    )


def _counted(claim: CountableClaim) -> Part:
    values = {":version": {"N": str(claim.version)}}
    condition = "version = :version AND attribute_not_exists(counted)"
    if claim.counted is not None:
        condition = "version = :version AND counted = :held"
        values[":held"] = {"N": str(claim.counted)}
    change = "REMOVE counted, operation"
    if claim.due is not None:
        change = "SET counted = :due REMOVE operation"
        values[":due"] = {"N": str(claim.due)}
    return TABLE.update_part(claim_key(claim.tenant, claim.claim_id), change, values, condition)


def _shard(provider: Provider) -> str:
    tenant, provider_npi = provider
    return f"{tenant}#{shard_of(provider_npi)}"

"""Table `claims`: the totals of providers (the claims: repository.py).

Index by_total: total_shard `{tenant}#{0…7}`, total_rank; with claim_count.

Access patterns
    the highest totals           Query by_total, top of each partition
    counting claims              BatchGetItem of the claims, one transaction for them and their providers' totals
    recounting a provider        its total is held, so that nobody counts; its claims (index by_provider) are summed up;
                                 the total is set on condition that it is still held
    providers, to recount them   Scan by pages, on no request's path
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.storage.claim_items import Item, claim_key
from claims.storage.shards import SHARDS, shard_of
from claims.storage.table import table, update
from claims.totals.provider_totals import CountableClaim, ProviderTotal, difference, rank
from claims.totals.total_items import countable_from, total_from, total_key
from payerworks.aws import client
from payerworks.batches import read_all
from payerworks.errors import Unavailable
from payerworks.transactions import Raced, transact

HOLD_SECONDS = 960
"""How long a total is held at most: longer than a function can run, so that a hold is never used after its end."""

Provider = tuple[str, str]
"""Tenant and NPI."""


def read_countable(keys: Collection[tuple[str, str]]) -> list[CountableClaim]:
    """What counting needs of up to 100 claims, given as tenant and id: of those that there are."""
    # STATUS is a reserved word of DynamoDB.
    attributes = "pk, version, #s, provider_npi, net_fee, counted"
    wanted = [claim_key(*key) for key in keys]
    found = read_all(table(), wanted, ProjectionExpression=attributes, ExpressionAttributeNames={"#s": "status"})
    return [countable_from(item) for item in found]


def count(claims: Mapping[Provider, Sequence[CountableClaim]], tries: int) -> None:
    """Bring claims into their providers' totals, as they were read, in one transaction: up to 100 of both together.

    Raises Raced where one of them was changed or counted since; Unavailable after `tries`, or where a total is held.
    """
    totals = [_changed_total(provider, listed) for provider, listed in claims.items()]
    try:
        transact([*totals, *(_counted(claim) for listed in claims.values() for claim in listed)], tries)
    except Raced as raced:
        if "ConditionalCheckFailed" in raced.reasons[: len(totals)]:
            raise Unavailable("A total is being recounted; try again.") from None
        raise


def top_totals(tenant: str, limit: int) -> list[ProviderTotal]:
    """The `limit` highest totals of each partition: among them are those of the tenant."""
    return [total for number in range(SHARDS) for total in _top_of(f"{tenant}#{number}", limit)]


def _top_of(partition: str, limit: int) -> list[ProviderTotal]:
    found: list[ProviderTotal] = []
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=table(),
            IndexName="by_total",
            KeyConditionExpression="total_shard = :shard",
            # All claims of the provider are void.
            FilterExpression="claim_count > :none",
            ExpressionAttributeValues={":shard": {"S": partition}, ":none": {"N": "0"}},
            ScanIndexForward=False,
            PaginationConfig={"PageSize": limit},
        )
    )
    for page in pages:
        found += [total_from(item) for item in page["Items"]]
        if len(found) >= limit:
            break
    return found


class ProviderPage(NamedTuple):
    """The providers of so many items of the table, in no order, and the key to go on after; None at its end."""

    providers: set[Provider]
    items: int
    after: Item | None


def providers_page(after: Item | None, limit: int) -> ProviderPage:
    """The providers of the next `limit` items, of all tenants."""
    start = {"ExclusiveStartKey": after} if after else {}
    answer = client("dynamodb").scan(
        TableName=table(), ProjectionExpression="pk, provider_npi", ConsistentRead=True, Limit=limit, **start
    )
    return ProviderPage(set(_providers(answer["Items"])), len(answer["Items"]), answer.get("LastEvaluatedKey"))


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
    dynamodb = client("dynamodb")
    until = time.time_ns() + HOLD_SECONDS * 10**9
    try:
        dynamodb.update_item(
            TableName=table(),
            Key=total_key(*provider),
            UpdateExpression="SET held_until = :until",
            ConditionExpression="attribute_not_exists(recounted) OR recounted <> :run",
            ExpressionAttributeValues={":until": {"N": str(until)}, ":run": {"S": run}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return None
    return until


def set_total(provider: Provider, total: ProviderTotal, held: int, run: str) -> bool:
    """Set a total that is held and let go of it; whether it was another. Raises Unavailable where the hold was lost."""
    dynamodb = client("dynamodb")
    set_to = {
        "total_rank": {"N": str(rank(total.net_fee, total.provider_npi))},
        "claim_count": {"N": str(total.claims)},
    }
    try:
        before = dynamodb.update_item(
            TableName=table(),
            Key=total_key(*provider),
            UpdateExpression="SET total_rank = :rank, claim_count = :claims, total_shard = :shard, recounted = :run"
            " REMOVE held_until",
            ConditionExpression="held_until = :held",
            ExpressionAttributeValues={
                ":rank": set_to["total_rank"],
                ":claims": set_to["claim_count"],
                ":shard": {"S": _shard(provider)},
                ":run": {"S": run},
                ":held": {"N": str(held)},
            },
            ReturnValues="ALL_OLD",
        )["Attributes"]
    except dynamodb.exceptions.ConditionalCheckFailedException:
        raise Unavailable("Another run of recounting has taken the total over.") from None
    return any(before.get(name) != value for name, value in set_to.items())


def _changed_total(provider: Provider, claims: Sequence[CountableClaim]) -> dict[str, Any]:
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
    return update(total_key(*provider), change, values, "attribute_not_exists(held_until) OR held_until < :now")


def _counted(claim: CountableClaim) -> dict[str, Any]:
    values = {":version": {"N": str(claim.version)}}
    condition = "version = :version AND attribute_not_exists(counted)"
    if claim.counted is not None:
        condition = "version = :version AND counted = :held"
        values[":held"] = {"N": str(claim.counted)}
    change = "REMOVE counted, operation"
    if claim.due is not None:
        change = "SET counted = :due REMOVE operation"
        values[":due"] = {"N": str(claim.due)}
    return update(claim_key(claim.tenant, claim.claim_id), change, values, condition)


def _shard(provider: Provider) -> str:
    tenant, provider_npi = provider
    return f"{tenant}#{shard_of(provider_npi)}"

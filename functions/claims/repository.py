"""Table `claims`: one item a claim, one item a provider's total.

pk, sk:
    {tenant}#{claimId}, CLAIM    version, status, provider_npi, net_fee (cents), document (JSON text of what never
                                 changes), received_at, request_id; `counted`, the cents it has in its provider's total
                                 (absent: it is not in it); `operation`, the change that made this version
                                 (its payment: payment_repository.py)
    {tenant}#NPI#{npi}, TOTAL    total_rank (the total's cents and the NPI as one number: provider_totals.py),
                                 claim_count, total_shard

Each change of a claim sets its `operation`, and counting it takes that away: so the stream's filter passes changes on
and not their being counted.

Access patterns
    a claim                      GetItem CLAIM
    the highest totals           Query index by_total (total_shard `{tenant}#{shard}`, total_rank), top of each shard
    lists                        to come: an index for each filter, keyed by the tenant and the filter's value, in the
                                 order of service dates; by status also a shard
"""

import random
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from claims.claim_items import (
    Item,
    claim_from,
    claim_item,
    claim_key,
    countable_from,
    total_from,
    total_key,
)
from claims.provider_totals import SHARDS, CountableClaim, ProviderTotal, difference, rank, shard
from claims.stored_claim import StoredClaim
from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings

MAX_TRANSACTION_CLAIMS = 99
"""A transaction may have 100 items, and a provider's total is one of them."""
TRIES = 8

_RETRIED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Raced(Exception):
    """Something a transaction was conditioned on has changed; nothing was written. `reasons`: one code an item."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__()
        self.reasons = reasons


def read_claim(tenant: str, claim_id: str) -> StoredClaim | None:
    """The claim, None where there is none."""
    key = claim_key(tenant, claim_id)
    answer = client("dynamodb").get_item(TableName=_table(), Key=key, ConsistentRead=True)
    return claim_from(tenant, claim_id, answer["Item"]) if "Item" in answer else None


def store(claims: Iterable[StoredClaim]) -> None:
    """Store up to 99 new claims, all or none. One that is there already stays as it is.

    Such a one was stored by a first try of the same request, whose seed made its id. Raises Unavailable.
    """
    puts = [
        {
            "Put": {
                "TableName": _table(),
                "Item": claim_item(claim, "created"),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        for claim in claims
    ]
    while puts:
        try:
            _transact(puts)
        except Raced as raced:
            puts = [put for put, reason in zip(puts, raced.reasons, strict=True) if reason != "ConditionalCheckFailed"]
        else:
            break


def read_countable(tenant: str, claim_ids: Collection[str]) -> list[CountableClaim]:
    """What counting needs of up to 100 claims, those that there are."""
    wanted = [claim_key(tenant, claim_id) for claim_id in claim_ids]
    # STATUS is a reserved word of DynamoDB.
    names = {"ProjectionExpression": "pk, version, #s, net_fee, counted", "ExpressionAttributeNames": {"#s": "status"}}
    found: list[CountableClaim] = []
    while wanted:
        request = {_table(): {"Keys": wanted, "ConsistentRead": True} | names}
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        found += [countable_from(item) for item in answer["Responses"].get(_table(), ())]
        wanted = answer.get("UnprocessedKeys", {}).get(_table(), {}).get("Keys", [])
    return found


def count(tenant: str, provider_npi: str, claims: Sequence[CountableClaim]) -> None:
    """Bring up to 99 claims of a provider into its total, as they were read, in one transaction.

    Raises Raced where one of them was changed or counted since, Unavailable.
    """
    amount, number = difference(claims)
    values = {
        ":amount": {"N": str(rank(amount))},
        ":first": {"N": str(rank(0, provider_npi))},
        ":claims": {"N": str(number)},
        ":zero": {"N": "0"},
        ":shard": {"S": f"{tenant}#{shard(provider_npi)}"},
    }
    change = (
        "SET total_rank = if_not_exists(total_rank, :first) + :amount,"
        " claim_count = if_not_exists(claim_count, :zero) + :claims, total_shard = :shard"
    )
    total = _update(total_key(tenant, provider_npi), change, values)
    _transact([total, *(_counted(tenant, claim) for claim in claims)])


def top_totals(tenant: str, limit: int) -> list[ProviderTotal]:
    """The `limit` highest totals of each shard: among them are those of the tenant."""
    dynamodb = client("dynamodb")
    found: list[ProviderTotal] = []
    for number in range(SHARDS):
        answer = dynamodb.query(
            TableName=_table(),
            IndexName="by_total",
            KeyConditionExpression="total_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": f"{tenant}#{number}"}},
            ScanIndexForward=False,
            Limit=limit,
        )
        found += [total_from(item) for item in answer["Items"]]
    return found


def _counted(tenant: str, claim: CountableClaim) -> dict[str, Any]:
    values = {":version": {"N": str(claim.version)}}
    condition = "version = :version AND attribute_not_exists(counted)"
    if claim.counted is not None:
        condition = "version = :version AND counted = :held"
        values[":held"] = {"N": str(claim.counted)}
    change = "REMOVE counted, operation"
    if claim.due is not None:
        change = "SET counted = :due REMOVE operation"
        values[":due"] = {"N": str(claim.due)}
    return _update(claim_key(tenant, claim.claim_id), change, values, condition)


def _update(key: Item, change: str, values: Item, condition: str = "") -> dict[str, Any]:
    update: dict[str, Any] = {
        "TableName": _table(),
        "Key": key,
        "UpdateExpression": change,
        "ExpressionAttributeValues": values,
    }
    return {"Update": update | ({"ConditionExpression": condition} if condition else {})}


def _transact(items: Sequence[dict[str, Any]]) -> None:
    """Commit all items or none. Raises Raced for a condition that fails, Unavailable after 8 tries."""
    dynamodb = client("dynamodb")
    for attempt in range(TRIES):
        try:
            dynamodb.transact_write_items(TransactItems=items)
        except dynamodb.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())]
            if "ConditionalCheckFailed" in reasons:
                raise Raced(reasons) from None
            if not _RETRIED.intersection(reasons):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
        else:
            return
    raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "1"})


def _table() -> str:
    return settings().tables["claims"]

"""Conversion between claims and items of table `claims` (keys and attributes: repository.py), and index keys."""

import zlib
from collections.abc import Mapping
from typing import Any

from claims.claim.status import RECEIVED_LASTS, initial_review_reason
from claims.claim.stored_claim import StoredClaim
from payerworks.dynamodb import Item, Table
from payerworks.times import until

TABLE = Table("claims")
SHARDS = 8
"""Partitions of a tenant's index or a provider's shares: each takes 1,000 writes a second; a list is read from all."""


def shard_of(name: str) -> int:
    """The shard for a claim id or NPI, from 0."""
    return zlib.crc32(name.encode()) % SHARDS


def claim_key(tenant: str, claim_id: str) -> Item:
    """The key of a CLAIM item."""
    return {"pk": {"S": f"{tenant}#{claim_id}"}, "sk": {"S": "CLAIM"}}


def partition_key(tenant: str, *values: str | int) -> str:
    """The key of an index partition, such as `{tenant}#{npi}` or `{tenant}#{status}#{shard}` (list_repository.py)."""
    return "#".join([tenant, *map(str, values)])


def claim_item(claim: StoredClaim, operation: str) -> Item:
    """The item of a claim; `operation` is the change that made this version, which the stream publishes."""
    shard = shard_of(claim.claim_id)
    item: Item = {
        "version": {"N": str(claim.version)},
        "operation": {"S": operation},
        "status": {"S": claim.status},
        "provider_npi": {"S": claim.provider_npi},
        "net_fee": {"N": str(claim.net_fee)},
        "document": {"S": claim.document},
        "received_at": {"S": claim.received_at},
        "request_id": {"S": claim.request_id},
        "list_order": {"S": claim.order},
        "provider_list": {"S": partition_key(claim.tenant, claim.provider_npi)},
        "subscriber_list": {"S": partition_key(claim.tenant, claim.subscriber_number)},
        "status_list": {"S": partition_key(claim.tenant, claim.status, shard)},
        "date_list": {"S": partition_key(claim.tenant, shard)},
        "received_list": {"S": partition_key(claim.tenant, claim.received_at[:10], shard)},
    }
    if claim.source is not None:
        item["source"] = {"S": claim.source}
    if claim.status == "received":
        overdue = {"overdue_shard": str(shard), "overdue_at": until(RECEIVED_LASTS)}
        item |= {name: {"S": text} for name, text in overdue.items()}
    return claim_key(claim.tenant, claim.claim_id) | item


def claim_from(item: Mapping[str, Any]) -> StoredClaim:
    """The claim in an item."""
    tenant, claim_id = item["pk"]["S"].split("#")
    net_fee = int(item["net_fee"]["N"])
    return StoredClaim(
        tenant=tenant,
        claim_id=claim_id,
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        service_date=item["list_order"]["S"].split("#")[0],
        subscriber_number=item["subscriber_list"]["S"].split("#", 1)[1],
        provider_npi=item["provider_npi"]["S"],
        net_fee=net_fee,
        document=item["document"]["S"],
        received_at=item["received_at"]["S"],
        request_id=item["request_id"]["S"],
        source=item["source"]["S"] if "source" in item else None,
        review_reason=_review_reason(item, net_fee),
    )


def _review_reason(item: Mapping[str, Any], net_fee: int) -> str | None:
    if "review_reason" in item:
        return str(item["review_reason"]["S"])
    return initial_review_reason(net_fee) if item["status"]["S"] == "payment_review" else None

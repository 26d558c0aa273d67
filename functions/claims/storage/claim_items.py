"""The items of table `claims`, to and from what the code knows (their keys and attributes: repository.py)."""

from collections.abc import Mapping
from typing import Any

from claims.claim.status import RECEIVED_LASTS
from claims.claim.stored_claim import StoredClaim
from claims.storage.shards import shard_of
from payerworks.dynamodb import Item, Table
from payerworks.times import until

TABLE = Table("claims")


def claim_key(tenant: str, claim_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#{claim_id}"}, "sk": {"S": "CLAIM"}}


def provider_list(tenant: str, provider_npi: str) -> str:
    """The partition of index `by_provider` that a provider's claims are in."""
    return f"{tenant}#{provider_npi}"


def subscriber_list(tenant: str, subscriber_number: str) -> str:
    """The partition of index `by_subscriber` that a subscriber's claims are in."""
    return f"{tenant}#{subscriber_number}"


def status_list(tenant: str, status: str, shard: int) -> str:
    """A partition of index `by_status` that a status's claims are in; there is one for each shard."""
    return f"{tenant}#{status}#{shard}"


def date_list(tenant: str, shard: int) -> str:
    """A partition of index `by_date` that a tenant's claims are in; there is one for each shard."""
    return f"{tenant}#{shard}"


def claim_item(claim: StoredClaim, operation: str) -> Item:
    """`operation` is the change that made it so, which is to be published."""
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
        "provider_list": {"S": provider_list(claim.tenant, claim.provider_npi)},
        "subscriber_list": {"S": subscriber_list(claim.tenant, claim.subscriber_number)},
        "status_list": {"S": status_list(claim.tenant, claim.status, shard)},
        "date_list": {"S": date_list(claim.tenant, shard)},
    }
    if claim.status == "received":
        overdue = {"overdue_shard": str(shard), "overdue_at": until(RECEIVED_LASTS)}
        item |= {name: {"S": text} for name, text in overdue.items()}
    return claim_key(claim.tenant, claim.claim_id) | item


def claim_from(tenant: str, claim_id: str, item: Mapping[str, Any]) -> StoredClaim:
    return StoredClaim(
        tenant=tenant,
        claim_id=claim_id,
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        service_date=item["list_order"]["S"].split("#")[0],
        subscriber_number=item["subscriber_list"]["S"].split("#", 1)[1],
        provider_npi=item["provider_npi"]["S"],
        net_fee=int(item["net_fee"]["N"]),
        document=item["document"]["S"],
        received_at=item["received_at"]["S"],
        request_id=item["request_id"]["S"],
    )

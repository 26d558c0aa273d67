"""The items of table `claims`, to and from what the code knows (their keys and attributes: repository.py)."""

from collections.abc import Mapping
from typing import Any

from claims.payment import RECEIVED_LASTS, moment, overdue_shard
from claims.provider_totals import CountableClaim, ProviderTotal, cents_of
from claims.stored_claim import StoredClaim

Item = dict[str, dict[str, Any]]


def claim_key(tenant: str, claim_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#{claim_id}"}, "sk": {"S": "CLAIM"}}


def total_key(tenant: str, provider_npi: str) -> Item:
    return {"pk": {"S": f"{tenant}#NPI#{provider_npi}"}, "sk": {"S": "TOTAL"}}


def claim_item(claim: StoredClaim, operation: str) -> Item:
    """`operation` is the change that made it so, which is to be published."""
    item: Item = {
        "version": {"N": str(claim.version)},
        "operation": {"S": operation},
        "status": {"S": claim.status},
        "provider_npi": {"S": claim.provider_npi},
        "net_fee": {"N": str(claim.net_fee)},
        "document": {"S": claim.document},
        "received_at": {"S": claim.received_at},
        "request_id": {"S": claim.request_id},
    }
    if claim.status == "received":
        shard, until = overdue_shard(claim.claim_id), moment(RECEIVED_LASTS)
        item |= {"overdue_shard": {"S": shard}, "overdue_at": {"S": until}}
    return claim_key(claim.tenant, claim.claim_id) | item


def claim_from(tenant: str, claim_id: str, item: Mapping[str, Any]) -> StoredClaim:
    return StoredClaim(
        tenant=tenant,
        claim_id=claim_id,
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        provider_npi=item["provider_npi"]["S"],
        net_fee=int(item["net_fee"]["N"]),
        document=item["document"]["S"],
        received_at=item["received_at"]["S"],
        request_id=item["request_id"]["S"],
    )


def countable_from(item: Mapping[str, Any]) -> CountableClaim:
    return CountableClaim(
        claim_id=item["pk"]["S"].rsplit("#", 1)[1],
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        net_fee=int(item["net_fee"]["N"]),
        counted=int(item["counted"]["N"]) if "counted" in item else None,
    )


def total_from(item: Mapping[str, Any]) -> ProviderTotal:
    npi = item["pk"]["S"].rsplit("#", 1)[1]
    return ProviderTotal(npi, cents_of(int(item["total_rank"]["N"])), int(item["claim_count"]["N"]))

"""The items of provider totals in table `claims`, and what accrual reads of claims (keys: storage/repository.py)."""

from collections.abc import Mapping
from typing import Any

from claims.totals.provider_totals import CountableClaim, ProviderTotal, cents_of
from payerworks.dynamodb import Item


def total_key(tenant: str, provider_npi: str) -> Item:
    return {"pk": {"S": f"{tenant}#NPI#{provider_npi}"}, "sk": {"S": "TOTAL"}}


def countable_from(item: Mapping[str, Any]) -> CountableClaim:
    tenant, claim_id = item["pk"]["S"].split("#")
    return CountableClaim(
        tenant=tenant,
        claim_id=claim_id,
        provider_npi=item["provider_npi"]["S"],
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        net_fee=int(item["net_fee"]["N"]),
        counted=int(item["counted"]["N"]) if "counted" in item else None,
    )


def total_from(item: Mapping[str, Any]) -> ProviderTotal:
    npi = item["pk"]["S"].rsplit("#", 1)[1]
    return ProviderTotal(npi, cents_of(int(item["total_rank"]["N"])), int(item["claim_count"]["N"]))

"""Table `claims`: the ledger of shares, what each claim adds to its provider's total (keys, attributes: repository.py).

Access patterns
    accruing claims    BatchGetItem of the claims and of their shares, one transaction for the shares and the totals
    adding up shares   Query of a provider's eight partitions, consistent
A claim's share costs 2 write units, its claim none. A claim whose share is what is due costs reads alone.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from claims.storage.claim_items import SHARDS, TABLE, claim_key, shard_of
from claims.totals import totals_repository
from claims.totals.provider_totals import ClaimShare, Provider, ProviderTotal
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact


def share_item(provider: Provider, claim_id: str, version: int, net_fee: int | None) -> Item:
    """The SHARE item of a claim's version; `net_fee` is None if it is void."""
    item = _share_key(provider, claim_id) | {"version": {"N": str(version)}}
    return item if net_fee is None else item | {"net_fee": {"N": str(net_fee)}}


def _share_key(provider: Provider, claim_id: str) -> Item:
    return {"pk": {"S": _partition(provider, shard_of(claim_id))}, "sk": {"S": f"SHARE#{claim_id}"}}


def _partition(provider: Provider, shard: int) -> str:
    tenant, provider_npi = provider
    return f"{tenant}#NPI#{provider_npi}#{shard}"


def read_shares(keys: Collection[tuple[str, str]]) -> list[ClaimShare]:
    """Claims, given as tenant and id, with their shares, in no order; claims that do not exist are left out."""
    # STATUS is a reserved word of DynamoDB.
    attributes = "pk, version, #s, provider_npi, net_fee"
    names = {"#s": "status"}
    claim_keys = [claim_key(*key) for key in keys]
    claims = read_all(TABLE, claim_keys, ProjectionExpression=attributes, ExpressionAttributeNames=names)
    share_keys = [_share_key(_provider(claim), _claim_id(claim)) for claim in claims]
    shares = {(item["pk"]["S"], item["sk"]["S"]): item for item in read_all(TABLE, share_keys)}
    return [
        _share_from(claim, shares.get((key["pk"]["S"], key["sk"]["S"]), {}))
        for claim, key in zip(claims, share_keys, strict=True)
    ]


def _provider(claim: Mapping[str, Any]) -> Provider:
    return claim["pk"]["S"].split("#")[0], claim["provider_npi"]["S"]


def _claim_id(claim: Mapping[str, Any]) -> str:
    return str(claim["pk"]["S"].split("#")[1])


def _share_from(claim: Mapping[str, Any], share: Mapping[str, Any]) -> ClaimShare:
    tenant, provider_npi = _provider(claim)
    return ClaimShare(
        tenant=tenant,
        claim_id=_claim_id(claim),
        provider_npi=provider_npi,
        version=int(claim["version"]["N"]),
        status=claim["status"]["S"],
        net_fee=int(claim["net_fee"]["N"]),
        counted=int(share["net_fee"]["N"]) if "net_fee" in share else None,
        counted_version=int(share["version"]["N"]) if share else None,
    )


def commit_shares(shares: Mapping[Provider, Sequence[ClaimShare]], *, once: bool = False) -> None:
    """Set shares to what is due and adjust the totals, in one transaction: up to 100 shares and totals together.

    Raises ConditionFailed if a share was changed since it was read; Unavailable if a total is held, or if other
    transactions conflict (with `once` at the first conflict).
    """
    totals = [totals_repository.adjusted_total(provider, changed) for provider, changed in shares.items()]
    try:
        transact([*totals, *(_set_share(share) for changed in shares.values() for share in changed)], once=once)
    except ConditionFailed as failed:
        if "ConditionalCheckFailed" in failed.reasons[: len(totals)]:
            raise totals_repository.being_recounted() from None
        raise


def _set_share(share: ClaimShare) -> Part:
    """A put of the share that is due, on condition that the stored one is as it was read."""
    item = share_item(share.provider, share.claim_id, share.version, share.due)
    if share.counted_version is None:
        return TABLE.put_part(item, "attribute_not_exists(pk)")
    values = {":version": {"N": str(share.counted_version)}}
    if share.counted is None:
        return TABLE.put_part(item, "version = :version AND attribute_not_exists(net_fee)", values)
    values[":counted"] = {"N": str(share.counted)}
    return TABLE.put_part(item, "version = :version AND net_fee = :counted", values)


def sum_of_shares(provider: Provider) -> ProviderTotal:
    """The total that a provider's shares add up to.

    A Query is not isolated from a transaction: the sum may have a part of one that is being committed (rebuild.py).
    """
    net_fee = claims = 0
    for shard in range(SHARDS):
        values = {":pk": {"S": _partition(provider, shard)}}
        for item in TABLE.query("pk = :pk", values, ConsistentRead=True, ProjectionExpression="net_fee"):
            if "net_fee" in item:
                net_fee += int(item["net_fee"]["N"])
                claims += 1
    return ProviderTotal(provider[1], net_fee, claims)

"""Accrual of claims to their providers' totals: exactly once per change, even while others do the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from claims.totals import totals_repository
from claims.totals.provider_totals import ClaimShare
from claims.totals.totals_repository import Provider
from payerworks.batches import READ_BATCH
from payerworks.dynamodb import TRANSACTION_ITEMS, ConditionFailed, tries
from payerworks.errors import Unavailable
from payerworks.parts import parts

ClaimKey = tuple[str, str]
"""Tenant and id."""


def accrue(keys: Iterable[ClaimKey]) -> None:
    """Accrue claims to their providers' totals. A claim that is accrued already costs only a read.

    Raises Unavailable if other writers keep changing some of the claims, or a total is being rebuilt; all other claims
    are accrued then.
    """
    distinct = list(dict.fromkeys(keys))
    accrued = [_accrue_batch(batch) for batch in parts(distinct, READ_BATCH)]
    if not all(accrued):
        raise Unavailable("Others are changing the claims or their totals.")


def _accrue_batch(keys: Sequence[ClaimKey]) -> bool:
    accrued = []
    for transaction in _transactions(_pending(keys)):
        try:
            totals_repository.commit_shares(transaction, once=True)
        except (ConditionFailed, Unavailable):
            # One provider's claims or total are in the way: try each provider on its own.
            accrued += [_accrue_provider(shares) for shares in transaction.values()]
    return all(accrued)


def _accrue_provider(shares: Sequence[ClaimShare]) -> bool:
    keys = [(share.tenant, share.claim_id) for share in shares]
    for _ in tries():
        pending = _pending(keys)
        if not pending:
            return True
        try:
            totals_repository.commit_shares(pending)
        except ConditionFailed:
            continue
        except Unavailable:
            return False
        return True
    return False


def _pending(keys: Sequence[ClaimKey]) -> dict[Provider, list[ClaimShare]]:
    pending: dict[Provider, list[ClaimShare]] = {}
    for share in totals_repository.read_shares(keys):
        if share.due != share.counted:
            pending.setdefault((share.tenant, share.provider_npi), []).append(share)
    return pending


def _transactions(pending: Mapping[Provider, Sequence[ClaimShare]]) -> Iterator[dict[Provider, Sequence[ClaimShare]]]:
    """The shares of several providers for each transaction, which also writes a total for each of them."""
    transaction: dict[Provider, Sequence[ClaimShare]] = {}
    size = 0
    for provider, shares in pending.items():
        for part in parts(shares, TRANSACTION_ITEMS - 1):
            if size + len(part) + 1 > TRANSACTION_ITEMS:
                yield transaction
                transaction, size = {}, 0
            transaction[provider] = part
            size += len(part) + 1
    if transaction:
        yield transaction

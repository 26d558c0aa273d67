"""Accrual of claims to their providers' totals: exactly once per change, even while others do the same.

Each claim has a share in its provider's total: an item with the amount and the version of the claim that were counted.

1. One transaction changes a share and adds the difference to the total, on condition that the share is as it was read.
   So the total is the sum of the shares, however often a message is delivered.
   A claim of 20 is accrued twice at a time: both read no share, the first stores share 20 and adds 20; the second is
   refused, reads share 20 and has nothing to do. A transaction that arrives late is refused in the same way.
2. A share only takes a version of its claim that is not older. Each change of a claim sends a message after it, and
   whoever handles it reads that version or a later one: so the last share is that of the last version.
   Version 1 (20) is read; version 2 is void and accrued: the share has no amount, version 2. The transaction of
   version 1 is refused, since the share has changed; it would also be refused if there had been no share before.
3. A change that leaves the amount as it is writes nothing, so a share may have an older version than its claim. That is
   safe as long as no amount ever returns: the net fee of a claim never changes, and void is the last of its states
   (claim/status.py). Then every older version asks for what the share has, or for what the share has left behind.
   Version 2 (20, being paid) leaves the share at 20, version 1. Whoever read version 1 finds its 20 there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from claims.totals import share_repository
from claims.totals.provider_totals import ClaimShare, Provider
from payerworks.batches import READ_BATCH
from payerworks.dynamodb import MARGIN_SECONDS, TRANSACTION_ITEMS, ConditionFailed, tries
from payerworks.errors import Unavailable
from payerworks.parts import parts
from payerworks.times import seconds_left

CALL_SECONDS = 12
"""The longest that a call of DynamoDB waits for its answer: to connect, and to read (aws.py)."""

ClaimKey = tuple[str, str]
"""Tenant and id."""


def accrue(keys: Iterable[ClaimKey]) -> None:
    """Accrue claims to their providers' totals. A claim that is accrued already costs only reads.

    Raises Unavailable if other writers keep changing some of the claims, or a total is being rebuilt; all other claims
    are accrued then. It also does so while there is time to report it, if there is too little for the rest.
    """
    distinct = list(dict.fromkeys(keys))
    accrued = [_accrue_batch(batch) for batch in parts(distinct, READ_BATCH)]
    if not all(accrued):
        raise Unavailable("Others are changing the claims or their totals.")


def _accrue_batch(keys: Sequence[ClaimKey]) -> bool:
    _check_time(calls=3)
    accrued = []
    for transaction in _transactions(_pending(keys)):
        _check_time(calls=1)
        try:
            share_repository.commit_shares(transaction, once=True)
        except (ConditionFailed, Unavailable):
            # One provider's claims or total are in the way: try each provider on its own.
            accrued += [_accrue_provider(shares) for shares in transaction.values()]
    return all(accrued)


def _accrue_provider(shares: Sequence[ClaimShare]) -> bool:
    _check_time(calls=3)
    keys = [(share.tenant, share.claim_id) for share in shares]
    for _ in tries():
        pending = _pending(keys)
        if not pending:
            return True
        try:
            share_repository.commit_shares(pending)
        except ConditionFailed:
            continue
        except Unavailable:
            return False
        return True
    return False


def _check_time(calls: int) -> None:
    """Raise Unavailable unless so many slow calls would end in time for the messages to be reported."""
    if seconds_left() < calls * CALL_SECONDS + MARGIN_SECONDS:
        raise Unavailable("Too little time is left to accrue the rest of the claims.")


def _pending(keys: Sequence[ClaimKey]) -> dict[Provider, list[ClaimShare]]:
    pending: dict[Provider, list[ClaimShare]] = {}
    for share in share_repository.read_shares(keys):
        if share.is_pending:
            pending.setdefault(share.provider, []).append(share)
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

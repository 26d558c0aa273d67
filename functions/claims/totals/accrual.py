"""Claims into their providers' totals, exactly once a change, whoever counts beside."""

from collections.abc import Iterable, Iterator, Sequence

from claims.totals import totals_repository
from claims.totals.provider_totals import CountableClaim
from claims.totals.totals_repository import Provider
from payerworks.batches import READ_BATCH
from payerworks.dynamodb import TRANSACTION_ITEMS, ConditionFailed, tries
from payerworks.errors import Unavailable
from payerworks.parts import parts

ClaimKey = tuple[str, str]
"""Tenant and id."""


def accrue(keys: Iterable[ClaimKey]) -> None:
    """Bring claims into their providers' totals; those that are in there as they are now cost a read.

    Raises Unavailable where others change some of them all the time, or recount: the rest is counted then.
    """
    wanted = list(dict.fromkeys(keys))
    counted = [_count_batch(part) for part in parts(wanted, READ_BATCH)]
    if not all(counted):
        raise Unavailable("Others are changing the claims or their totals.")


def _count_batch(keys: Sequence[ClaimKey]) -> bool:
    counted = []
    for pack in _packs(_due(keys)):
        try:
            totals_repository.count(pack, once=True)
        except (ConditionFailed, Unavailable):
            # One of them stands in the way: each provider alone, then.
            counted += [_count_alone(claims) for claims in pack.values()]
    return all(counted)


def _count_alone(claims: Sequence[CountableClaim]) -> bool:
    keys = [(claim.tenant, claim.claim_id) for claim in claims]
    for _ in tries():
        due = _due(keys)
        if not due:
            return True
        try:
            totals_repository.count(due)
        except ConditionFailed:
            continue
        except Unavailable:
            return False
        return True
    return False


def _due(keys: Sequence[ClaimKey]) -> dict[Provider, list[CountableClaim]]:
    due: dict[Provider, list[CountableClaim]] = {}
    for claim in totals_repository.read_countable(keys):
        if claim.due != claim.counted:
            due.setdefault((claim.tenant, claim.provider_npi), []).append(claim)
    return due


def _packs(due: dict[Provider, list[CountableClaim]]) -> Iterator[dict[Provider, Sequence[CountableClaim]]]:
    """Claims of several providers that fit into one transaction, together with the totals."""
    pack: dict[Provider, Sequence[CountableClaim]] = {}
    size = 0
    for provider, claims in due.items():
        for part in parts(claims, TRANSACTION_ITEMS - 1):
            if size + len(part) + 1 > TRANSACTION_ITEMS:
                yield pack
                pack, size = {}, 0
            pack[provider] = part
            size += len(part) + 1
    if pack:
        yield pack

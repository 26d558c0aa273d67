"""Rebuilding a provider's total: it becomes the sum of its shares, while others accrue claims.

1. The total is held, which makes accrual wait, and its version is remembered. Each later change of the total raises its
   version, so the sum is only stored if the total is still the one that was held.
   Total 30, version 7: held. The recount stops for an hour, and the hold ends. An accrual of 5 makes it 35, version 8.
   The recount wants to store 30 on condition of version 7: it is refused, and 35 stays.
2. The shares are added up from the table itself, never from an index, which lags behind it without a bound.
3. A transaction that has yet to change the total is in the way of the hold, which is tried again, or is refused by it.
   One that has changed the total may be seen by a Query before it has changed all of its shares: the held total has a
   part that the sum lacks. So a sum that differs from the total is added up again, with pauses, and only one that still
   differs replaces it.
   Held at 30, the shares read as 10: added up again, 10 and 20.
   A wrong total differs each time, and is corrected. If a transaction took longer than all sums, the total would lack
   its 20 until the next recount.
4. Whatever ends the rebuilding of a total lets it go. Where even that fails, or the function is killed, the hold ends
   after HOLD_SECONDS: the next accrual removes it.
"""

import contextlib
import itertools
from collections.abc import Iterator

from claims.totals import totals_repository
from claims.totals.provider_totals import Provider, ProviderTotal
from claims.totals.share_repository import sum_of_shares
from claims.totals.totals_repository import HeldTotal
from payerworks.dynamodb import tries
from payerworks.errors import Unavailable

SUMS = 5
"""How often the shares of a total that differs from their sum are added up."""


def rebuild_total(provider: Provider, run: str) -> bool | None:
    """Set a provider's total to the sum of its shares; returns whether it was wrong.

    None if this run has rebuilt the total already. Raises Unavailable.
    """
    with _held(provider, run) as held:
        return None if held is None else totals_repository.set_total(provider, _sum(provider, held), held, run)


@contextlib.contextmanager
def _held(provider: Provider, run: str) -> Iterator[HeldTotal | None]:
    try:
        # Within the try: a hold without an answer may have been stored.
        yield totals_repository.hold_total(provider, run)
    except BaseException:
        with contextlib.suppress(Unavailable):
            totals_repository.let_go(provider, run)
        raise


def _sum(provider: Provider, held: HeldTotal) -> ProviderTotal:
    total = sum_of_shares(provider)
    for _ in itertools.islice(tries(first_pause=0.1), 1, SUMS):
        if held.total in (None, total):
            break
        total = sum_of_shares(provider)
    return total

"""Wait until claims are paid, and count them by status."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, find_claims
from payerworks_cli.claims.payment import Payment, payment_path
from payerworks_cli.shown_values import dollars
from payerworks_cli.terminal import Say, Terminal, counted
from payerworks_cli.timeouts import Timeouts

UNSETTLED = ("received", "payment_requested")
SETTLED = ("processed", "failed", "payment_review", "void")
MAX_CLAIMS = 5_000
"""The most claims of one status that are read."""


@dataclass(frozen=True)
class Payments:
    """The number of claims by status (at most MAX_CLAIMS each), the sum paid, and the payment of one of them."""

    counts: dict[str, int]
    paid: Decimal
    example: Payment | None


def await_payments(api: Api, terminal: Terminal, timeouts: Timeouts) -> Payments:
    """Wait until every claim is settled, or until none has moved for a while."""
    with terminal.part("payments") as say:
        unsettled = _await_settlement(api, terminal, timeouts)
        claims = {status: _claims(api, status) for status in SETTLED}
        counts = {status: len(found) for status, found in claims.items()}
        paid = sum((claim.net_fee for claim in claims["processed"]), Decimal(0))
        by_status = ", ".join(f"{_number(count)} {status}" for status, count in counts.items() if count)
        limited = " (of the first)" if MAX_CLAIMS in counts.values() else ""
        say(f"{by_status or 'no claims'}; paid{limited}: {dollars(paid)}")
        if unsettled:
            look = terminal.command("claims list --status received")
            say(f"{counted(unsettled, 'claim')} wait for a payer still: {look}")
        example = _example(api, claims["processed"], say)
    return Payments(counts | {"unsettled": unsettled}, paid, example)


def _await_settlement(api: Api, terminal: Terminal, timeouts: Timeouts) -> int:
    """The number of claims that are unsettled in the end: 0, or those that have not moved for a while."""
    left = most = _unsettled(api)
    moved_at = time.monotonic()
    with terminal.bars() as bars:
        while left and time.monotonic() - moved_at < timeouts.payments_stand_still:
            most = max(most, left)
            bars.show("payments", 100 * (1 - left / most), f"{counted(left, 'claim')} to be paid")
            time.sleep(timeouts.poll)
            before, left = left, _unsettled(api)
            moved_at = moved_at if left == before else time.monotonic()
        if most and not left:
            bars.show("payments", 100, "all settled")
    return left


def _unsettled(api: Api) -> int:
    return sum(len(_claims(api, status)) for status in UNSETTLED)


def _claims(api: Api, status: str) -> list[Claim]:
    return list(find_claims(api, MAX_CLAIMS, status=status))


def _example(api: Api, processed: Sequence[Claim], say: Say) -> Payment | None:
    """The payment of the first claim with an amount to pay."""
    claim = next((claim for claim in processed if claim.net_fee > 0), None)
    if claim is None:
        return None
    payment = api.ask("GET", payment_path(claim.id)).parse(Payment)
    steps = " → ".join(f"{step.step} {step.at[11:19]}" for step in payment.steps)
    say(f"claim {payment.claim_id}, {dollars(payment.amount)}: {steps}")
    return payment


def _number(count: int) -> str:
    return f"{count:,}{' or more' if count == MAX_CLAIMS else ''}"

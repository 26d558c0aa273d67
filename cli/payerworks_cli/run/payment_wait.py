"""Wait until claims are paid, and tell what became of them; a part of `payerworks run`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, list_claims
from payerworks_cli.claims.payment import Payment, ask_payment, payment_of
from payerworks_cli.terminal import Part, Terminal, counted
from payerworks_cli.timeouts import Timeouts

UNSETTLED = ("received", "payment_requested")
SETTLED = ("processed", "failed", "payment_review", "void")
MOST = 5_000
"""Claims of one status that are looked at."""


@dataclass(frozen=True)
class Settled:
    """How many claims there are of each status (of many, 5,000), the sum of what was paid, and the steps of one."""

    counts: dict[str, int]
    paid: Decimal
    payment: Payment | None


def await_payments(api: Api, terminal: Terminal, timeouts: Timeouts) -> Settled:
    """Wait until no claim is on its way to being paid, or none moves any more; tell how many have which status."""
    with terminal.part("payments") as part:
        unsettled = _await_rest(api, terminal, timeouts)
        found = {status: _claims(api, status) for status in SETTLED}
        counts = {status: len(claims) for status, claims in found.items()}
        paid = sum((claim.net_fee for claim in found["processed"]), Decimal(0))
        told = ", ".join(f"{_number(count)} {status}" for status, count in counts.items() if count)
        more = " (of the first)" if MOST in counts.values() else ""
        part.say(f"{told or 'no claims'}; paid{more}: ${paid:,.2f}")
        if unsettled:
            part.say(f"{counted(unsettled, 'claim')} wait for a payer still: GET /claims?status=received")
        payment = _payment(api, found["processed"], part)
    return Settled(counts | {"unsettled": unsettled}, paid, payment)


def _await_rest(api: Api, terminal: Terminal, timeouts: Timeouts) -> int:
    """How many claims are unsettled in the end: 0, or as many as have not moved for a while."""
    left = first = _unsettled(api)
    moved_at = time.monotonic()
    with terminal.bars() as bars:
        while left and time.monotonic() - moved_at < timeouts.payments_stand_still:
            bars.show("payments", 100 * (1 - left / max(first, left)), f"{counted(left, 'claim')} to be paid")
            time.sleep(timeouts.look)
            before, left = left, _unsettled(api)
            moved_at = moved_at if left == before else time.monotonic()
        if first and not left:
            bars.show("payments", 100, "all settled")
    return left


def _unsettled(api: Api) -> int:
    return sum(len(_claims(api, status)) for status in UNSETTLED)


def _claims(api: Api, status: str) -> list[Claim]:
    return list(islice(list_claims(api, MOST, status=status), MOST))


def _payment(api: Api, processed: Sequence[Claim], part: Part) -> Payment | None:
    """The payment of the first claim that there was something to pay for."""
    claim = next((claim for claim in processed if claim.net_fee > 0), None)
    if claim is None:
        return None
    payment = payment_of(ask_payment(api, claim.id))
    steps = " → ".join(f"{step.step} {step.at[11:19]}" for step in payment.steps)
    part.say(f"claim {payment.claim_id}, ${payment.amount:,.2f}: {steps}")
    return payment


def _number(count: int) -> str:
    return f"{count:,}{' or more' if count == MOST else ''}"

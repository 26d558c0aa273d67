"""The states of a claim, and the events that move it from one to another: the table `MOVES`.

The conditions of table writes come from it (payment_repository.py), and a test compares docs/payments.md with it.
"""

import datetime
from collections.abc import Mapping
from typing import Literal, NamedTuple

ClaimStatus = Literal["received", "payment_requested", "processed", "failed", "payment_review", "void"]
PaymentEvent = Literal[
    "requested", "settled", "refused", "unsettled", "given_up", "asked", "waived", "declined", "voided"
]

RECEIVED_LASTS = datetime.timedelta(days=1)
"""How long a claim waits for its payment request before it is put in the queue again: as the table's stream retries."""
REQUESTED_LASTS = datetime.timedelta(minutes=15)
"""How long a requested payment may wait for its settlement: longer than all tries of its message together.

So long after the end of an attempt, the processor is asked for what it has paid after all (settlement.py).
"""


class Move(NamedTuple):
    """An event moves a claim from any of the states `sources` to `target`; in any other state it does nothing.

    by      the functions that cause it
    when    its condition beside the state
    """

    sources: tuple[ClaimStatus, ...]
    target: ClaimStatus
    by: tuple[str, ...]
    when: str


_UNPAID: tuple[ClaimStatus, ...] = ("received", "payment_requested", "payment_review")

MOVES: Mapping[str, Move] = {
    "requested": Move(
        ("received", "payment_review"),
        "payment_requested",
        ("on_payment_due",),
        "its net fee is above 0; from payment_review when the message is delivered again",
    ),
    "settled": Move(_UNPAID, "processed", ("on_payment_made", "on_payments_overdue"), "the processor has paid"),
    "refused": Move(_UNPAID, "failed", ("on_payment_made", "on_payments_overdue"), "the processor has refused"),
    "unsettled": Move(
        _UNPAID,
        "failed",
        ("on_payment_made",),
        "the processor has paid and the last try to store it failed: the payment is reversed",
    ),
    "given_up": Move(
        ("received", "payment_requested"),
        "payment_review",
        ("on_payment_due", "on_payments_overdue"),
        "the last try failed, or it is overdue, and the processor knows of no payment",
    ),
    "asked": Move(
        ("received", "failed", "payment_review"),
        "received",
        ("request_claim_payment", "decide_claim_payment"),
        "a person asks for payment or approves it; its net fee is above 0 and no reversal is under way",
    ),
    "waived": Move(
        ("payment_review",),
        "processed",
        ("decide_claim_payment",),
        "a person approves it; its net fee is not above 0, so nothing is paid",
    ),
    "declined": Move(
        ("payment_review",),
        "failed",
        ("decide_claim_payment",),
        "a person refuses it; no reversal is under way",
    ),
    "voided": Move(
        ("received", "failed", "payment_review", "processed"),
        "void",
        ("void_claim",),
        "no payment was begun, or it failed and no reversal is under way",
    ),
}


def initial_status(net_fee: int) -> ClaimStatus:
    """The state of a new claim by its net fee in cents: only a fee above 0 is to be paid."""
    if net_fee > 0:
        return "received"
    return "processed" if net_fee == 0 else "payment_review"


def initial_review_reason(net_fee: int) -> str | None:
    """Why a new claim is in payment_review; None if it is not."""
    return "Its net fee is below 0, so that nothing can be paid." if net_fee < 0 else None

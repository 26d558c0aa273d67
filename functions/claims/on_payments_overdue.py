"""Schedule: settle overdue payments as the processor knows them, reverse what it has paid for failed and void claims.

The rest of the overdue claims goes to review.
"""

import contextlib
from typing import Any

from claims.payments import payment_repository
from claims.payments.payment import Payment
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import Settlement, find_settlement, settle, take_back
from payerworks.errors import PayerworksError
from payerworks.log import log_call, logger
from payerworks.times import begin_invocation, now

_OVERDUE = {
    "received": "Its payment was not requested within a day.",
    "payment_requested": "Its payment was not settled within 15 minutes.",
}


def handler(event: dict[str, Any], context: object) -> None:
    begin_invocation(context)
    ended = 0
    for tenant, claim_id in payment_repository.find_overdue():
        try:
            ended += _end(payment_repository.read_payment(tenant, claim_id))
        except PayerworksError as error:
            # The claim stays overdue and is tried again on the next run; the others go on.
            logger().warning("overdue payment stays", extra={"claim_id": claim_id, "error": error.detail})
    log_call("overdue payments", ended=ended)


def _end(payment: Payment) -> bool:
    """Whether the claim was overdue: the index is eventually consistent and may list one that no longer is."""
    if payment.overdue_at is None or payment.overdue_at > now():
        return False
    if payment.claim.status in _OVERDUE:
        payment = _settle_or_give_up(payment)
    for attempt in payment.past_attempts:
        payment = take_back(payment, attempt)
    # Others may have asked for the claim meanwhile; its deadline is a new one then.
    if payment.claim.status not in _OVERDUE and not payment.reversal:
        payment_repository.end_wait(payment)
    return True


def _settle_or_give_up(payment: Payment) -> Payment:
    """Move an overdue claim out of its state; returns its payment after that."""
    settlement = find_settlement(payment)
    if isinstance(settlement, Settlement):
        settle(settlement)
    else:
        with contextlib.suppress(NotMoved):
            payment_repository.give_up(payment, f"{_OVERDUE[payment.claim.status]} {settlement}")
    return payment_repository.read_payment(payment.claim.tenant, payment.claim.claim_id)

"""Schedule: end what has been on its way to being paid for too long, as the payer knows it, or have it reviewed."""

import contextlib
from typing import Any

from claims import payment_repository
from claims.payer import Outcome, PayerTimedOut, chosen_payer
from claims.payment import Payment, moment
from claims.payment_repository import NotMoved
from claims.settlement import finish_reversal, settle, settlement_of
from payerworks.errors import PayerworksError
from payerworks.log import log_call, logger


def handler(event: dict[str, Any], context: object) -> None:
    ended = 0
    for tenant, claim_id in payment_repository.overdue():
        try:
            ended += _end(payment_repository.read_payment(tenant, claim_id))
        except PayerworksError as error:
            # One claim keeps no other from its end; it is still overdue when the schedule comes round again.
            logger().warning("overdue payment stays", extra={"claim_id": claim_id, "error": error.detail})
    log_call("overdue payments", ended=ended)


def _end(payment: Payment) -> bool:
    """Whether the claim was overdue; the index may not know yet that it is no more."""
    if payment.overdue_at is None or payment.overdue_at > moment():
        return False
    if payment.claim.status == "failed":
        finish_reversal(payment.claim.tenant, payment.claim.claim_id, payment.attempt or 0)
    elif outcome := _found(payment):
        settle(settlement_of(payment, outcome))
    else:
        with contextlib.suppress(NotMoved):
            payment_repository.give_up(payment)
    return True


def _found(payment: Payment) -> Outcome | None:
    """What the payer knows of the payment; nothing where it does not answer: people may, when the claim is reviewed."""
    if payment.attempt is not None:
        with contextlib.suppress(PayerTimedOut):
            return chosen_payer().find(payment.order.key)
    return None

"""Schedule: end what has been on its way to being paid for too long, as the processor knows it, or have it reviewed."""

import contextlib
from typing import Any

from claims.payments import payment_repository
from claims.payments.payment import Payment
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import finish_reversal, found_settlement, settle
from payerworks.errors import PayerworksError
from payerworks.log import log_call, logger
from payerworks.times import begin_invocation, now


def handler(event: dict[str, Any], context: object) -> None:
    begin_invocation(context)
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
    if payment.overdue_at is None or payment.overdue_at > now():
        return False
    if payment.claim.status == "failed":
        finish_reversal(payment.claim.tenant, payment.claim.claim_id, payment.attempt or 0)
    elif found := found_settlement(payment):
        settle(found)
    else:
        with contextlib.suppress(NotMoved):
            payment_repository.give_up(payment)
    return True

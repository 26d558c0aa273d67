"""Schedule: settle overdue payments as the processor knows them, finish overdue reversals, send the rest to review."""

import contextlib
from typing import Any

from claims.payments import payment_repository
from claims.payments.payment import Payment
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import find_settlement, finish_reversal, settle
from payerworks.errors import PayerworksError
from payerworks.log import log_call, logger
from payerworks.times import begin_invocation, now


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
    if payment.claim.status == "failed":
        finish_reversal(payment.claim.tenant, payment.claim.claim_id, payment.attempt or 0)
    elif settlement := find_settlement(payment):
        settle(settlement)
    else:
        with contextlib.suppress(NotMoved):
            payment_repository.give_up(payment)
    return True

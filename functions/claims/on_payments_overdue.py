"""Schedule: find in the table what no message brings to its end, and end it.

A claim that waits for its payment request is put in the queue again: its message may have been lost with the table's
stream, which keeps changes for a day, or with the queue, which keeps messages for 14 days while there is no processor.
Overdue payments are settled as the processor knows them, or go to review; what it has paid for failed and void claims
is reversed.
"""

import contextlib
import random
from typing import Any

from claims.payments import payment_repository
from claims.payments.payment import Payment
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import Settlement, find_settlement, settle, take_back
from payerworks.errors import PayerworksError
from payerworks.log import log_call, log_unexpected, logger
from payerworks.messages import send
from payerworks.settings import settings
from payerworks.times import begin_invocation, now, seconds_left

CLAIM_SECONDS = 20.0
"""What must be left of an invocation to begin with one more claim: for a call that hangs, and retries of DynamoDB."""


def handler(event: dict[str, Any], context: object) -> None:
    """End what is overdue while there is time, and then raise an unexpected error if there was one."""
    begin_invocation(context)
    overdue = list(payment_repository.find_overdue())
    # In no order: where calls hang, each run gets to other claims.
    random.shuffle(overdue)
    ended = 0
    unexpected: Exception | None = None
    while overdue and seconds_left() >= CLAIM_SECONDS:
        tenant, claim_id = overdue.pop()
        try:
            ended += _end(payment_repository.read_payment(tenant, claim_id))
        except PayerworksError as error:
            # The claim stays overdue and is tried again on the next run; the others go on.
            logger().warning("overdue payment stays", extra={"claim_id": claim_id, "error": error.detail})
        except Exception as error:  # noqa: BLE001 — one claim must not keep the others
            log_unexpected("overdue payment stays", error, claim_id=claim_id)
            unexpected = error
    log_call("overdue payments", ended=ended, left=len(overdue))
    if unexpected is not None:
        raise unexpected


def _end(payment: Payment) -> bool:
    """Whether the claim was overdue: the index is eventually consistent and may list one that no longer is."""
    if payment.overdue_at is None or payment.overdue_at > now():
        return False
    if payment.claim.status == "payment_requested":
        payment = _settle_or_give_up(payment)
    for attempt in payment.past_attempts:
        payment = take_back(payment, attempt)
    # Others may have asked for the claim meanwhile; its deadline is a new one then.
    if payment.claim.status == "received":
        _queue_again(payment)
    elif payment.claim.status != "payment_requested" and not payment.reversal:
        payment_repository.end_wait(payment)
    return True


def _queue_again(payment: Payment) -> None:
    """Send a claim's message again, and wait as long for its request as the first time.

    In this order, so that a crash in between sends a message too many. Its payment is requested once, as with any
    message that is delivered twice.
    """
    claim = payment.claim
    message = {"tenant": claim.tenant, "claimId": claim.claim_id, "requestId": claim.request_id}
    send(settings().queues["claim_payments"], [message])
    payment_repository.wait_again(payment)


def _settle_or_give_up(payment: Payment) -> Payment:
    """Move a claim whose settlement is overdue out of its state; returns its payment after that."""
    settlement = find_settlement(payment)
    if isinstance(settlement, Settlement):
        settle(settlement)
    else:
        with contextlib.suppress(NotMoved):
            payment_repository.give_up(payment, f"Its payment was not settled within 15 minutes. {settlement}")
    return payment_repository.read_payment(payment.claim.tenant, payment.claim.claim_id)

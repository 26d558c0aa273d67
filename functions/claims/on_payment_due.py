"""Queue of claims to be paid: request each one's payment, have it paid, and send on how it ended.

A message that comes again asks the processor first what became of the payment.
"""

import contextlib
from typing import Any

from claims.payments import payment_repository
from claims.payments.chosen_processor import chosen_processor
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import found_settlement, message_of, settlement_of
from payerworks.errors import Unavailable
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings

Message = dict[str, Any]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Work on a batch; its settlements are sent together, and where that raises all of the batch comes again."""
    settlements: list[Message] = []
    receive = sqs_handler(
        lambda message: settlements.extend(_paid(message)),
        last_try=lambda message: settlements.extend(_found_or_given_up(message)),
    )
    answer = receive(event, context)
    send(settings().queues["claim_settlements"], settlements)
    return answer


def _paid(message: Message) -> list[Message]:
    """Request a payment and have it paid: its settlements, none where there is nothing to be paid (any more)."""
    try:
        payment = payment_repository.request(message["tenant"], message["claimId"])
        again = not payment.is_new
    except NotMoved as unchanged:
        payment, again = unchanged.held, True
    if payment.claim.status != "payment_requested":
        return []
    processor = chosen_processor()
    found = processor.find(payment.order.key) if again else None
    outcomes = [found] if found else processor.pay(payment.order)
    return [message_of(settlement_of(payment, outcome), message["requestId"]) for outcome in outcomes]


def _found_or_given_up(message: Message) -> list[Message]:
    """After the last try: the settlement if the processor knows of one; else the claim goes to payment_review.

    Raises Unavailable then, for the message to end among the dead letters. From there it may be delivered again.
    """
    payment = payment_repository.read_payment(message["tenant"], message["claimId"])
    if found := found_settlement(payment):
        return [message_of(found, message["requestId"])]
    with contextlib.suppress(NotMoved):
        payment_repository.give_up(payment)
    raise Unavailable("The claim could not be paid.")

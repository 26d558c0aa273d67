"""Queue of claims to be paid: request each payment, call the processor, and send on the settlement.

When a message is delivered again, the processor is first asked for the outcome of the earlier try. So it is for a new
attempt: what an earlier one has paid after all is reversed before the claim is paid again.
"""

import contextlib
from typing import Any

from claims.payments import payment_repository
from claims.payments.chosen_processor import chosen_processor
from claims.payments.payment_repository import NotMoved
from claims.payments.settlement import Settlement, find_settlement, new_settlement, settlement_message, take_back
from payerworks.errors import PayerworksError, Unavailable
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings

Message = dict[str, Any]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Work on a batch. A settlement is sent before the next call of the processor, which may hang."""
    errors: dict[str, str] = {}

    def pay(message: Message) -> None:
        try:
            _send(_pay(message))
        except PayerworksError as error:
            errors[message["claimId"]] = error.detail
            raise

    def find_or_give_up(message: Message) -> None:
        error = errors.get(message["claimId"], "An unexpected error, which is in the logs.")
        _send(_find_or_give_up(message, error))

    return sqs_handler(pay, last_try=find_or_give_up)(event, context)


def _send(settlements: list[Message]) -> None:
    send(settings().queues["claim_settlements"], settlements)


def _pay(message: Message) -> list[Message]:
    """Request a payment and have it paid; returns its settlements, none if there is nothing (left) to pay."""
    try:
        payment = payment_repository.request_payment(message["tenant"], message["claimId"])
        is_repeat = not payment.is_new
    except NotMoved as not_moved:
        payment, is_repeat = not_moved.payment, True
    if payment.claim.status != "payment_requested":
        return []
    attempt = payment.attempt or 0
    for past_attempt in payment.past_attempts:
        payment = take_back(payment, past_attempt)
    processor = chosen_processor()
    earlier = processor.find(payment.order.key) if is_repeat else None
    outcomes = [earlier] if earlier else processor.pay(payment.order)
    return [settlement_message(new_settlement(payment, attempt, outcome), message["requestId"]) for outcome in outcomes]


def _find_or_give_up(message: Message, error: str) -> list[Message]:
    """After the last try: the settlement if the processor knows one; else move the claim to payment_review.

    Then raises Unavailable, so that the message becomes a dead letter, from where it can be redriven.
    """
    payment = payment_repository.read_payment(message["tenant"], message["claimId"])
    settlement = find_settlement(payment)
    if isinstance(settlement, Settlement):
        return [settlement_message(settlement, message["requestId"])]
    with contextlib.suppress(NotMoved):
        tries = settings().message_tries
        payment_repository.give_up(payment, f"It was not paid in {tries} tries; the last error: {error} {settlement}")
    raise Unavailable("The claim could not be paid.")

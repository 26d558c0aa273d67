"""Queue of settlements: store how a payment ended; one whose settlement cannot be stored is reversed."""

from typing import Any

from claims.payments.payment_processor import Paid
from claims.payments.settlement import reverse, settle, settlement_from
from payerworks.errors import Unavailable
from payerworks.messages import sqs_handler


def _settle(message: dict[str, Any]) -> None:
    settle(settlement_from(message))


def _reverse(message: dict[str, Any]) -> None:
    settlement = settlement_from(message)
    if not isinstance(settlement.outcome, Paid):
        raise Unavailable("A refusal could not be stored.")  # the schedule asks the processor for it again
    reverse(settlement)


handler = sqs_handler(_settle, last_try=_reverse)

"""Queue of settlements: store the outcome of a payment; reverse a payment whose settlement cannot be stored."""

from typing import Any

from claims.payments.payment_processor import Paid
from claims.payments.payment_repository import read_payment
from claims.payments.settlement import reverse, settle, settlement_from
from payerworks.errors import Unavailable
from payerworks.messages import sqs_handler


def _reverse(message: dict[str, Any]) -> None:
    settlement = settlement_from(message)
    if not isinstance(settlement.outcome, Paid):
        raise Unavailable("A refusal could not be stored.")  # on_payments_overdue asks the processor for it again
    reverse(settlement, read_payment(settlement.tenant, settlement.claim_id))


handler = sqs_handler(lambda message: settle(settlement_from(message)), last_try=_reverse)

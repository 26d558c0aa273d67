"""The choice of the payment processor."""

from claims.payments.payment_processor import PaymentProcessor
from payerworks.errors import Unavailable
from payerworks.settings import settings


def chosen_processor() -> PaymentProcessor:
    """The processor that the stack's setting names. Raises Unavailable if it names none."""
    if settings().payment_processor == "sandbox":
        # Imported here: a stack with a real processor needs none of it.
        from claims.payments.sandbox_processor import SandboxProcessor

        return SandboxProcessor()
    raise Unavailable("The stack has no payment processor.")

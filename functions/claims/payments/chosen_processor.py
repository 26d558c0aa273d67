"""The payment processor that the stack is set up with."""

from claims.payments.payment_processor import Payer
from payerworks.errors import Unavailable
from payerworks.settings import settings


def chosen_payer() -> Payer:
    """The payer that the setting names. Raises Unavailable where the stack has none."""
    if settings().payer == "sandbox":
        # Imported here: a stack with a real processor needs none of it.
        from claims.payments.sandbox_processor import SandboxPayer

        return SandboxPayer()
    raise Unavailable("The stack has no payer.")

"""The choice of the payment processor, and the time limit of its calls."""

import contextlib
from collections.abc import Iterator, Sequence

from claims.payments.payment_processor import CALL_SECONDS, Outcome, PaymentOrder, PaymentProcessor
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable
from payerworks.settings import settings
from payerworks.times import seconds_left, time_limit


def chosen_processor() -> PaymentProcessor:
    """The processor that the stack's setting names. Raises Unavailable if it names none.

    Each of its calls has CALL_SECONDS. None is begun that the invocation might not outlive: it raises Unavailable.
    """
    if settings().payment_processor == "sandbox":
        # Imported here: a stack with a real processor needs none of it.
        from claims.payments.sandbox_processor import SandboxProcessor

        return _TimelyProcessor(SandboxProcessor())
    raise Unavailable("The stack has no payment processor.")


class _TimelyProcessor:
    def __init__(self, processor: PaymentProcessor) -> None:
        self._processor = processor

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        with _call_time():
            return self._processor.pay(order)

    def find(self, key: str) -> Outcome | None:
        with _call_time():
            return self._processor.find(key)

    def reverse(self, key: str) -> None:
        with _call_time():
            self._processor.reverse(key)


@contextlib.contextmanager
def _call_time() -> Iterator[None]:
    if seconds_left() < CALL_SECONDS + MARGIN_SECONDS:
        raise Unavailable("No time is left to call the payment processor.")
    with time_limit(CALL_SECONDS):
        yield

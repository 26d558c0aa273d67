"""The port to a payment processor, the party that disburses money.

To add a processor, write a class with this interface, and name it in `chosen_processor` and in the template's parameter
PaymentProcessor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from payerworks.errors import TimedOut

CALL_SECONDS = 4.0
"""How long a call of a processor may take. Where all hang, each claim of a batch of ten still gets its call in 60 s."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """An order to pay an amount (cents) to a provider; all orders with one idempotency key are one payment."""

    key: str
    amount: int
    provider_npi: str
    subscriber_number: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The processor has paid; the reference is the processor's."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The processor will not pay; the reason holds no patient data."""

    reason: str


Outcome = Paid | Refused


class ProcessorTimedOut(TimedOut):
    """The processor did not answer in time: it may or may not have paid."""


class PaymentProcessor(Protocol):
    """A processor's system. Each call can raise ProcessorTimedOut, and can be repeated.

    A call ends within CALL_SECONDS: `times.seconds_left()` says how much of that is left. Give it to the client of the
    processor as its time limit (for connecting and reading together), and let that client repeat nothing by itself.
    """

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        """Pay once per key, however often it is called. Returns one outcome, more if the processor repeats itself."""

    def find(self, key: str) -> Outcome | None:
        """The outcome of the payment with a key; None if the processor knows no such payment."""

    def reverse(self, key: str) -> None:
        """Take the payment with a key back, once however often it is called; without such a payment, do nothing."""

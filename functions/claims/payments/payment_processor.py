"""The port to a payment processor, the party that disburses money.

To add a processor, write a module with this interface and name it in `chosen_processor` and in the template's
parameter PaymentProcessor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from payerworks.errors import TimedOut


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What is to be paid to a provider, in cents; whatever is asked for under one key is one payment."""

    key: str
    amount: int
    provider_npi: str
    subscriber_number: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The processor has paid; the reference is its own."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The processor will not pay; the reason holds no patient data."""

    reason: str


Outcome = Paid | Refused


class ProcessorTimedOut(TimedOut):
    """The processor did not answer in time: it may have paid or not."""


class PaymentProcessor(Protocol):
    """A processor's system. Each call may raise ProcessorTimedOut and may be made again."""

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        """Pay once for each key, however often asked. Returns one outcome, more where it repeats itself."""
        ...

    def find(self, key: str) -> Outcome | None:
        """What became of the payment with a key; None where the processor knows of none."""
        ...

    def reverse(self, key: str) -> None:
        """Take back the payment with a key, once however often it is asked; nothing where there is none."""
        ...

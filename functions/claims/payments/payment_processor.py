"""Who pays: the port that a payer's system is reached through, and the one that the stack is set up with.

A payer of your own is a module with this interface, a name for it in `chosen_payer` and in the parameter Payer.
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
    """The payer has paid; the reference is its own."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The payer will not pay; the reason holds no patient data."""

    reason: str


Outcome = Paid | Refused


class PayerTimedOut(TimedOut):
    """The payer did not answer in time: it may have paid or not."""


class Payer(Protocol):
    """A payer's system. Each call may raise PayerTimedOut and may be made again."""

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        """Pay, once for a key however often it is asked. Its answers: one, more from a payer that repeats itself."""
        ...

    def find(self, key: str) -> Outcome | None:
        """What became of the payment with a key; None where the payer knows of none."""
        ...

    def reverse(self, key: str) -> None:
        """Take back the payment with a key, once however often it is asked; nothing where there is none."""
        ...

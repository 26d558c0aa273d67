"""A processor for trials and tests: it pays nobody, remembers all orders, and misbehaves on demand.

Its behaviour for a payment comes from a marked subscriber number (`SANDBOX-REFUSE`, or with any suffix after another
hyphen, `SANDBOX-REFUSE-17`), else from the setting SANDBOX_FAULTS (`refuse=0.1,timeout=0.05,twice=0.05`): the key draws
with these odds, always with the same result. Half of the time-outs come after payment.

    REFUSE          refuses
    TIMEOUT         the first try times out before it has paid
    TIMEOUT-PAID    the first try times out after it has paid
    TWICE           pays and answers twice
    REFUSE-PAID     pays, and answers both a refusal and a payment
    NEVER           every try times out, and nothing is ever paid

Table `sandbox payments`: pk, the idempotency key; state (paid, refused, reversed, or `timed out`: not paid yet); amount
(cents).
"""

import hashlib
import re
from collections.abc import Sequence

from claims.payments.payment_processor import Outcome, Paid, PaymentOrder, ProcessorTimedOut, Refused
from payerworks.dynamodb import ConditionFailed, Item, Table
from payerworks.settings import settings

_TABLE = Table("sandbox_payments")
_MARK = re.compile(r"SANDBOX-(REFUSE-PAID|REFUSE|TIMEOUT-PAID|TIMEOUT|TWICE|NEVER)(-.*)?")
_STATES = {"REFUSE": "refused", "TIMEOUT": "timed out"}
_FIRST_ANSWERS = {"REFUSE": ("refused",), "REFUSE-PAID": ("refused", "paid"), "TWICE": ("paid", "paid")}


class SandboxProcessor:
    """A `PaymentProcessor`."""

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        behaviour = _behaviour(order)
        if behaviour == "NEVER":
            raise ProcessorTimedOut("The processor does not answer.")
        stored = _begin(order, _STATES.get(behaviour, "paid"))
        if stored == "timed out":
            stored = _change(order.key, "timed out", "paid")
        if stored is not None:
            return [_outcome(order.key, stored)]
        if behaviour in ("TIMEOUT", "TIMEOUT-PAID"):
            raise ProcessorTimedOut("The processor did not answer in time.")
        return [_outcome(order.key, state) for state in _FIRST_ANSWERS.get(behaviour, ("paid",))]

    def find(self, key: str) -> Outcome | None:
        state = _state(_TABLE.get(_key(key)))
        return _outcome(key, state) if state not in ("", "timed out") else None

    def reverse(self, key: str) -> None:
        _change(key, "paid", "reversed")


def _behaviour(order: PaymentOrder) -> str:
    mark = _MARK.fullmatch(order.subscriber_number)
    if mark:
        return mark[1]
    odds = dict(part.split("=") for part in settings().sandbox_faults.split(",") if part)
    refuse, timeout, twice = (float(odds.get(name, 0)) for name in ("refuse", "timeout", "twice"))
    draw = int.from_bytes(hashlib.blake2b(order.key.encode(), digest_size=8).digest()) / 2**64
    bounds = {
        "REFUSE": refuse,
        "TIMEOUT": refuse + timeout / 2,
        "TIMEOUT-PAID": refuse + timeout,
        "TWICE": refuse + timeout + twice,
    }
    return next((behaviour for behaviour, bound in bounds.items() if draw < bound), "")


def _begin(order: PaymentOrder, state: str) -> str | None:
    """Store a payment in its state after the first try; returns the stored state if there is one, else None."""
    item = _key(order.key) | {"state": {"S": state}, "amount": {"N": str(order.amount)}}
    try:
        _TABLE.put(item, "attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return _state(failed.item)
    return None


def _change(key: str, before: str, after: str) -> str:
    """Change a payment's state if it is `before`; returns its state after the call."""
    values = {":before": {"S": before}, ":after": {"S": after}}
    names = {"ExpressionAttributeNames": {"#state": "state"}}
    try:
        _TABLE.update(_key(key), "SET #state = :after", values, "#state = :before", **names)
    except ConditionFailed as failed:
        return _state(failed.item)
    return after


def _key(key: str) -> Item:
    return {"pk": {"S": key}}


def _state(item: Item | None) -> str:
    return str(item["state"]["S"]) if item else ""


def _outcome(key: str, state: str) -> Outcome:
    if state == "paid":
        return Paid(f"sandbox-{hashlib.blake2b(key.encode(), digest_size=6).hexdigest()}")
    return Refused("it was reversed" if state == "reversed" else "the sandbox is set to refuse it")

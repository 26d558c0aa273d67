"""Messages of the queue `audit-entries` (payerworks/audit.py), and the entry that each of them makes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

MEMBERS = (
    "call",
    "at",
    "user",
    "user_type",
    "roles",
    "person",
    "operation",
    "access",
    "path",
    "subjects",
    "subject_count",
    "reason",
    "outcome",
    "request_id",
    "address",
    "device",
)
"""What an entry says, beside its place and the hash of the one before it."""


class CallMessage(NamedTuple):
    """What a call says of itself, before it writes (without outcome) or when it is over."""

    tenant: str
    call: str
    entry: dict[str, Any]

    @property
    def is_over(self) -> bool:
        return self.entry["outcome"] is not None


def call_message(message: dict[str, Any]) -> CallMessage:
    """A message as it comes from the queue. Raises LookupError or TypeError if it is none."""
    return CallMessage(message["tenant"], message["call"], {name: message[name] for name in MEMBERS})


def by_call(messages: Iterable[CallMessage]) -> dict[str, CallMessage]:
    """One message for each call: what it said when it was over, if that is among them."""
    calls: dict[str, CallMessage] = {}
    for message in messages:
        if message.is_over or message.call not in calls:
            calls[message.call] = message
    return calls

"""Queue AuditEntries: append the entries of calls to the ledger of their tenant, many at once.

Messages may come twice and in any order: storage/ledger.py. What cannot be appended stays in the queue.
"""

from typing import Any

from audit.entries.message import call_message
from audit.storage.ledger import append
from payerworks.messages import sqs_group_handler


def _tenant(message: dict[str, Any]) -> str:
    # A message that is none raises, and so fails alone.
    return call_message(message).tenant


def _append(messages: list[dict[str, Any]]) -> None:
    calls = [call_message(message) for message in messages]
    append(calls[0].tenant, calls)


handler = sqs_group_handler(_tenant, _append)

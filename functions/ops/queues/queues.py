"""The queues of the stack, by name, with the number of messages in each and in its dead-letter queue.

Every queue is a setting `X_QUEUE_URL`, its name is the X of it (`CLAIM_TOTALS_QUEUE_URL`: `claim-totals`), and its own
redrive policy names its dead-letter queue. `FAILURES` are the dead-letter queues that no queue stands before.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from payerworks.aws import client
from payerworks.errors import NotFound
from payerworks.settings import settings

FAILURES = {
    "plan-changes": "Changes of plans may be missing on the topic: run `payerworks search drift --repair`.",
    "plan-sweep": "Nothing: the next hour's sweep does what this one left.",
    "payments-overdue": "Nothing: the next run, five minutes later, does what this one left.",
    "patient-changes": "Search may miss changes of patients: run `payerworks search drift --index patients --repair`.",
    "claim-changes": "Changes of claims may be missing on the topic: run `payerworks claims recount`.",
}
"""What a stream or a schedule could not do, by the name of its dead-letter queue without `-dead-letters`, and what to
do about it. These messages tell of a failed call and are no input of any function: sent again they would do nothing."""

CALLS_AT_ONCE = 8
_DEAD_LETTERS = "_dead_letters"
_WAITING = "ApproximateNumberOfMessages"
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
_DELAYED = "ApproximateNumberOfMessagesDelayed"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it was a moment ago; all numbers are approximate.

    `url` is None and the first three numbers too where only a stream or a schedule sends to the dead letters; `advice`
    then says what to do about them.
    """

    name: str
    url: str | None
    dead_letters_url: str
    waiting: int | None
    in_flight: int | None
    delayed: int | None
    dead: int
    advice: str | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """The answer about it (models.QueueState)."""
        return {
            "name": self.name,
            "waiting": self.waiting,
            "inFlight": self.in_flight,
            "delayed": self.delayed,
            "dead": self.dead,
            "advice": self.advice,
        }


def read_queues() -> list[Queue]:
    """All queues, in the order of their names, asked side by side."""
    client("sqs")  # made here once: making it is no work for eight
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(_read, _names()))


def read_queue(name: str) -> Queue:
    """The queue of that name. Raises NotFound."""
    if name not in _names():
        raise NotFound("There is no queue of this name; GET /admin/queues lists all.")
    return _read(name)


def count_dead(url: str) -> int:
    """How many messages a dead-letter queue has, also those that somebody is looking at."""
    return _total(_attributes(url))


def _names() -> list[str]:
    queues = (name for name in settings().queues if not name.endswith(_DEAD_LETTERS))
    return sorted([*(name.replace("_", "-") for name in queues), *FAILURES])


def _read(name: str) -> Queue:
    setting = name.replace("-", "_")
    if name in FAILURES:
        url = settings().queues[setting + _DEAD_LETTERS]
        return Queue(name, None, url, None, None, None, count_dead(url), FAILURES[name])
    url = settings().queues[setting]
    found = _attributes(url)
    dead_letters = json.loads(found["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    dead_letters_url = client("sqs").get_queue_url(QueueName=dead_letters)["QueueUrl"]
    waiting, in_flight, delayed = (int(found[name]) for name in (_WAITING, _IN_FLIGHT, _DELAYED))
    return Queue(name, url, dead_letters_url, waiting, in_flight, delayed, count_dead(dead_letters_url))


def _attributes(url: str) -> Mapping[str, str]:
    names = [_WAITING, _IN_FLIGHT, _DELAYED, "RedrivePolicy"]
    found: Mapping[str, str] = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return found


def _total(attributes: Mapping[str, str]) -> int:
    return sum(int(attributes[name]) for name in (_WAITING, _IN_FLIGHT, _DELAYED))

"""The queues of the stack, by name, with the number of messages in each and in its dead-letter queue.

Every queue has a setting `X_QUEUE_URL`, from which its name comes (`CLAIM_TOTALS_QUEUE_URL`: `claim-totals`). Its
redrive policy names its dead-letter queue. `FAILURES` are the dead-letter queues of streams and schedules.
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
    "plan-changes": "Plan changes may be missing from the topic: run `payerworks search drift --repair`.",
    "plan-sweep": "Nothing to do: the next hourly sweep makes up for this one.",
    "payments-overdue": "Nothing to do: the next run, five minutes later, makes up for this one.",
    "patient-changes": "Patient search may be out of date: run `payerworks search drift --index patients --repair`.",
    "directory-changes": "Changes of people may be missing from the topic: subscribers should read the directory anew.",
    "claim-changes": "Claim changes may be missing from the topic: run `payerworks claims recount`.",
}
"""Advice after failed calls of a stream or schedule, by the name of the dead-letter queue without `-dead-letters`.

Their messages record the failed call and are no function's input: sending them again would have no effect."""

CALLS_AT_ONCE = 8
_DEAD_LETTERS = "_dead_letters"
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
"""Attributes of a queue: the numbers of waiting messages, of those in flight, and of delayed ones."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue; all numbers are approximate.

    If only a stream or schedule sends to the dead-letter queue, `url`, `waiting`, `in_flight` and `delayed` are None,
    and `advice` says what to do about dead messages.
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
    def members(self) -> dict[str, Any]:
        """The members of `models.QueueState`."""
        return {
            "name": self.name,
            "waiting": self.waiting,
            "inFlight": self.in_flight,
            "delayed": self.delayed,
            "dead": self.dead,
            "advice": self.advice,
        }


def read_queues() -> list[Queue]:
    """All queues, in the order of their names, read in parallel."""
    client("sqs")  # created here once, instead of in each thread
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(_read, _names()))


def read_queue(name: str) -> Queue:
    """The queue with a name. Raises NotFound."""
    if name not in _names():
        raise NotFound("No queue has this name; GET /admin/queues lists all.")
    return _read(name)


def count_dead(url: str) -> int:
    """The number of all messages in a dead-letter queue, including those that another call has hidden."""
    return sum(_counts(_attributes(url)))


def _names() -> list[str]:
    queues = (name for name in settings().queues if not name.endswith(_DEAD_LETTERS))
    return sorted([*(name.replace("_", "-") for name in queues), *FAILURES])


def _read(name: str) -> Queue:
    setting = name.replace("-", "_")
    if name in FAILURES:
        url = settings().queues[setting + _DEAD_LETTERS]
        return Queue(name, None, url, None, None, None, count_dead(url), FAILURES[name])
    url = settings().queues[setting]
    attributes = _attributes(url)
    dead_letters = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    dead_letters_url = client("sqs").get_queue_url(QueueName=dead_letters)["QueueUrl"]
    return Queue(name, url, dead_letters_url, *_counts(attributes), count_dead(dead_letters_url))


def _attributes(url: str) -> Mapping[str, str]:
    names = [*_COUNTS, "RedrivePolicy"]
    attributes: Mapping[str, str] = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return attributes


def _counts(attributes: Mapping[str, str]) -> tuple[int, int, int]:
    waiting, in_flight, delayed = (int(attributes[name]) for name in _COUNTS)
    return waiting, in_flight, delayed

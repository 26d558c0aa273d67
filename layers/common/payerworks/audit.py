"""The audit: each call that reads or writes patient data hands one entry over to the queue `audit-entries`.

Why no entry is lost, and none is counted twice:

1.  An operation says that it deals with patient data where it is declared (http.py). Its entry is handed over when its
    answer is known and before it is returned; if that fails, the answer is 503 and says nothing of the data.
        A read is killed before its entry is handed over: its caller has seen nothing, and nothing was changed.
2.  A call that may write announces itself before its first write: a message that is delivered later, without an
    outcome. If the entry is there by then, it is dropped, else it becomes the entry, whose outcome nobody knows.
        A write is killed after its commit: a minute later the ledger says who wrote what of whom, outcome unknown.
3.  Each call has an id that is made here, because clients may use a request's id twice. Messages may come twice or in
    any order: the ledger has one entry for each id (functions/audit/storage/ledger.py).
4.  An announcement that cannot be handed over ends the call with 503 before it has written anything.
5.  What a call leaves to a worker, which writes after the answer, the worker hands over in the call's name (`who`):
    functions/intake/jobs/row_trail.py.

What the ledger does with the messages: docs/audit.md.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from payerworks.settings import settings
from payerworks.times import now

MOST_SUBJECTS = 100
"""Subjects that an entry names; it counts all."""
WHO = ("user", "user_type", "roles", "person", "request_id", "address", "device")
"""What an entry says of the caller and of the request."""
ANNOUNCED_SECONDS = 60
"""The delay of an announcement: twice as long as a call can run (29 s)."""


class Trail:
    """What a call notes for its entry; without `facts` the call is not audited, and notes go nowhere.

    facts  the tenant, and what an entry says of a call before it runs
    """

    __slots__ = ("_facts", "_is_announced", "_reason", "_subjects", "_unnamed")

    def __init__(self, facts: dict[str, Any] | None = None) -> None:
        self._facts = {"call": uuid.uuid4().hex, "at": now()} | facts if facts else None
        self._subjects: dict[str, None] = {}
        self._unnamed = 0
        self._reason = ""
        self._is_announced = False

    @property
    def who(self) -> dict[str, Any]:
        """What the entry says of the caller and of the request. Raises KeyError if the call is not audited."""
        facts = self._facts or {}
        return {name: facts[name] for name in WHO}

    def concern(self, kind: str, *ids: str) -> None:
        """Note whose data it is: that of a `patient` or `registry-patient` by id, of a `subscriber` by number."""
        if self._facts is not None:
            self._subjects.update((f"{kind}:{each}", None) for each in ids)

    def noted(self) -> tuple[list[str], int]:
        """The subjects that the entry names, and how many there are."""
        return list(self._subjects)[:MOST_SUBJECTS], len(self._subjects) + self._unnamed

    def recall(self, subjects: Iterable[str], count: int) -> None:
        """Note the subjects of an earlier call, whose answer this call gives again: what `noted` said of it."""
        if self._facts is not None:
            self._subjects.update(dict.fromkeys(subjects))
            self._unnamed = max(0, count - len(self._subjects))

    def give_reason(self, reason: str) -> None:
        """Note why the caller does it, where the caller says so."""
        if self._facts is not None:
            self._reason = reason

    def announce(self) -> None:
        """Hand over, once, that the call is about to write to the subjects noted so far. Raises Unavailable."""
        if self._facts is not None and not self._is_announced:
            self._hand_over(None, ANNOUNCED_SECONDS)
            self._is_announced = True

    def conclude(self, status: int) -> None:
        """Hand over the entry of a call that will be answered with a status. Raises Unavailable."""
        if self._facts is not None:
            self._hand_over(status, 0)

    def message(self, outcome: int | None) -> dict[str, Any]:
        """What is handed over of a call with an outcome, or without it."""
        subjects, count = self.noted()
        return {
            **(self._facts or {}),
            "subjects": subjects,
            "subject_count": count,
            "reason": self._reason,
            "outcome": outcome,
        }

    def _hand_over(self, outcome: int | None, delay_seconds: int) -> None:
        from payerworks.sqs import send_message

        text = json.dumps(self.message(outcome), separators=(",", ":"))
        send_message(settings().queues["audit_entries"], text, delay_seconds)


NO_TRAIL = Trail()
"""That of all calls that are not audited."""

"""The ledger: claims are posted, read, listed and made void while the entries of these calls are appended.

Promises:
    a call that has written, or was answered, has one entry that amends no other; no call has two
    the last entry of a call says what its caller was told; without an outcome only if the call met a fault
    the entry of a call that has written names whom it wrote of
    the chain of each day is unbroken, in the table and in the files, and both are the same
    the entries of a user and of a subscriber can be found
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from audit.storage.verification import begin, check, days_of
from tests.models import sqs_model
from tests.models.aws_model import FUNCTIONS as OF_TEMPLATE
from tests.models.aws_model import Answer, Stack
from tests.models.dynamodb_model import Change
from tests.models.process import Patches
from tests.models.s3_model import S3
from tests.models.scheduler import START, Actor, Broken, Scheduler
from tests.models.sqs_model import Message
from tests.models.world import World as BaseWorld
from tests.models.worlds.totals import NPIS, claim

FUNCTIONS = ("CreateClaims", "VoidClaim", "GetClaim", "ListClaims", "OnAuditEntries")
MODULES = (
    "claims.create_claims", "claims.void_claim", "claims.get_claim", "claims.list_claims", "audit.on_audit_entries",
    "audit.storage.verification",
)  # fmt: skip
WINDOW = float(OF_TEMPLATE["OnAuditEntries"]["Events"]["Queue"]["Properties"]["MaximumBatchingWindowInSeconds"])
MIDNIGHT = START + 16 * 3600
GENESIS = "0" * 64
SETTLED_SECONDS = 3600.0
"""Until then the last message has come, and no entry is so new any more that its file may be on its way."""


class Made(NamedTuple):
    """A call: what its caller was told (None: nothing), and the function that did it."""

    answer: Answer | None
    actor: Actor

    @property
    def status(self) -> int | None:
        return self.answer["statusCode"] if self.answer else None


class World(BaseWorld):
    """A run's clients; in half of the runs, it is nearly midnight."""

    environment: ClassVar = {"AUDIT_BUCKET": "audit"}

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        if self.draw.random() < 0.5:
            scheduler.now = MIDNIGHT - 90 * self.draw.random()
        self.s3 = stack.s3 = S3(scheduler, {}, lambda *_: None)
        self.calls: dict[str, Made] = {}
        self.wrote: dict[str, str] = {}
        self.claims: dict[str, str] = {}
        self.voids: dict[str, str] = {}
        stack.dynamodb.watchers.append(self._note)
        queue = stack.sqs.queues["AuditEntries"]
        assert queue.consume is not None
        self.consume, queue.consume = queue.consume, self._gather
        self.gathered: list[Message] = []
        self.window = self.draw.choice((0.0, WINDOW))

    def prepare(self, patches: Patches) -> None:
        """Pages of a few items, and calls that have no time to hand over their entry twice, in some runs."""
        self.stack.dynamodb.page_items = self.draw.choice((3, 1000))
        patches.set(sqs_model, "SENDS", self.draw.choice((1, 3)))

    def _gather(self, records: list[Message]) -> None:
        """Hand what comes within the queue's window to the function as one batch."""
        if not self.gathered:
            self.scheduler.after(self.window, self._hand_on)
        self.gathered += records

    def _hand_on(self) -> None:
        records, self.gathered = self.gathered, []
        self.consume(records)

    def _note(self, changes: list[Change]) -> None:
        """Remember which call has written of whom: one posts a claim, and at most one makes it void."""
        for table, (pk, sk), _, after in changes:
            if table.name == "ClaimsTable" and sk == "CLAIM" and after:
                subscriber = json.loads(after["document"]["S"])["subscriber_number"]
                claim_id = pk.rpartition("#")[2]
                is_void = after["status"]["S"] == "void"
                self.wrote[self.voids[claim_id] if is_void else after["request_id"]["S"]] = subscriber
                self.claims.setdefault(claim_id, subscriber)

    def start(self) -> None:
        """Start the clients."""
        for number in range(self.draw.choice((1, 2, 4))):
            self.scheduler.spawn(f"client {number}", self._client, after=self.draw.random())

    def _client(self) -> None:
        pause = self.draw.choice((0.0, 0.3, 20.0))
        for _ in range(self.draw.choice((2, 4, 8))):
            self.draw.choice((self._post, self._post, self._void, self._get, self._list))()
            self.scheduler.sleep(pause * self.draw.random())

    def _call(self, name: str, method: str, resource: str, request_id: str = "", **request: Any) -> Answer | None:
        request_id = request_id or f"r{next(self.ids)}"
        patience = 40.0 if self.draw.random() < 0.9 else 2.0
        answer, actor = self.stack.call(
            name, patience, method=method, resource=resource, request_id=request_id, **request
        )
        self.calls[request_id] = Made(answer, actor)
        if answer and answer["statusCode"] == 500:
            raise Broken(f"{request_id} was answered 500: {answer['body']}")
        return answer

    def _post(self) -> None:
        body = claim(self.draw.choice(NPIS), 10, f"{next(self.ids):010}")
        headers = {"Idempotency-Key": f"k{next(self.ids)}"} if self.draw.random() < 0.5 else {}
        for _ in range(2 if headers else 1):
            answer = self._call("CreateClaims", "POST", "/claims", body=body, headers=headers)
            if answer and answer["statusCode"] < 500 and self.draw.random() < 0.5:
                return
            self.scheduler.sleep(self.draw.choice((0.1, 31.0)))

    def _void(self) -> None:
        left = sorted(self.claims.keys() - self.voids.keys())
        if left:
            claim_id = self.draw.choice(left)
            self.voids[claim_id] = request_id = f"r{next(self.ids)}"
            self._call("VoidClaim", "POST", "/claims/{id}/void", request_id, path={"id": claim_id})

    def _get(self) -> None:
        path = {"id": self.draw.choice([*sorted(self.claims), "0" * 32])}
        self._call("GetClaim", "GET", "/claims/{id}", path=path)

    def _list(self) -> None:
        self._call("ListClaims", "GET", "/claims", query={"provider_npi": self.draw.choice(NPIS)})

    # ---- the end

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()

    def _inspect(self) -> None:
        self.scheduler.sleep(SETTLED_SECONDS)
        entries = self._chain("the table", self._links_of_table())
        if self._chain("the files", self._links_of_files()) != entries:
            raise Broken("table and files are not the same")
        for day in days_of("acme", "", ""):
            if faults := check("acme", begin("acme", day)).faults:
                raise Broken(f"verifying finds {faults}")
        self._check_calls(entries)
        self._check_found(entries)

    def _links_of_table(self) -> list[tuple[str, str]]:
        """Hash and text of each link, in the order of days and numbers."""
        items = [(key, item) for key, item in self.stack.dynamodb.tables["AuditTable"].all() if "#DAY#" in key[0]]
        return [(item["entry_hash"]["S"], item["entry"]["S"]) for _, item in sorted(items, key=lambda pair: pair[0])]

    def _links_of_files(self) -> list[tuple[str, str]]:
        bodies = ((self.s3.objects[key][-1].body or b"").decode() for key in sorted(self.s3.objects))
        lines = (line for body in bodies for line in body.splitlines())
        return [(hash_, text) for hash_, _, text in (line.partition(" ") for line in lines)]

    @staticmethod
    def _chain(store: str, links: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """The entries of links. Raises Broken if they are no chain."""
        previous, day, number = GENESIS, "", 0
        entries = []
        for hash_, text in links:
            entry = json.loads(text)
            number = number + 1 if entry["day"] == day else 1
            day = entry["day"]
            if hashlib.sha256(text.encode()).hexdigest() != hash_ or entry["previous"] != previous:
                raise Broken(f"the chain of {store} breaks at {entry['day']} {entry['number']}")
            if entry["number"] != number:
                raise Broken(f"{store} has number {entry['number']} of {day} in place of {number}")
            entries.append(entry)
            previous = hash_
        return entries

    def _check_calls(self, entries: list[dict[str, Any]]) -> None:
        first: dict[str, dict[str, Any]] = {}
        last: dict[str, dict[str, Any]] = {}
        for entry in entries:
            request_id = entry["request_id"]
            if request_id in first and "amends" not in entry:
                raise Broken(f"{request_id} has two entries")
            if request_id not in first and "amends" in entry:
                raise Broken(f"an entry of {request_id} amends none")
            first.setdefault(request_id, entry)
            last[request_id] = entry
        for request_id, made in self.calls.items():
            self._check_call(request_id, made, last.get(request_id))

    def _check_call(self, request_id: str, made: Made, entry: dict[str, Any] | None) -> None:
        subscriber = self.wrote.get(request_id)
        # A 503 may be because there is no entry; then the call must have written nothing.
        is_told = made.status is not None and made.status != 503
        if entry is None:
            if subscriber or is_told:
                raise Broken(f"{request_id} has no entry; it was answered {made.status}, and wrote of {subscriber}")
            return
        if is_told and entry["outcome"] != made.status:
            raise Broken(f"{request_id} was answered {made.status}, and its entry says {entry['outcome']}")
        if entry["outcome"] is None and not made.actor.troubled:
            raise Broken(f"{request_id} has an entry without an outcome, and met no fault")
        if subscriber and f"subscriber:{subscriber}" not in entry["subjects"]:
            raise Broken(f"{request_id} wrote of {subscriber}, and its entry names {entry['subjects']}")

    def _check_found(self, entries: list[dict[str, Any]]) -> None:
        keys = {key for key, _ in self.stack.dynamodb.tables["AuditTable"].all()}
        for entry in entries:
            place = f"{entry['day']}#{entry['number']:09}"
            lists = [f"BY#{entry['user']}", *(f"OF#{subject.partition(':')[2]}" for subject in entry["subjects"])]
            if missing := [each for each in lists if (f"acme#{each}", place) not in keys]:
                raise Broken(f"the entry {place} is not in the lists {missing}")

"""Payments: claims are paid by a processor that refuses, hangs, repeats itself, pays late and is out for hours.

The table's stream may lose all changes for a while, and the queue all messages, as it does where nobody reads it for 14
days.

Promises, when the schedule has run for days and people have decided what was in review:
    what the processor has paid for a claim, less what it has reversed, is one payment if the claim is processed by one,
    else none: nothing is paid twice, and nothing is held that nobody follows
    each claim has come to an end
    a void answered with success lasts; one that was stored is not answered 412 when it is sent again
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from claims.payments import payment_repository, sandbox_processor
from claims.payments.payment_processor import Outcome, Paid, PaymentOrder, ProcessorTimedOut, Refused
from claims.storage import repository
from tests.models.aws_model import Answer, Stack
from tests.models.dynamodb_model import Change
from tests.models.process import Patches
from tests.models.scheduler import Broken, Scheduler
from tests.models.world import World as BaseWorld
from tests.models.worlds.totals import claim

FUNCTIONS = (
    "CreateClaims", "VoidClaim", "RequestClaimPayment", "DecideClaimPayment", "OnClaimChanged", "OnPaymentDue",
    "OnPaymentMade", "OnPaymentsOverdue",
)  # fmt: skip
MODULES = (
    "claims.create_claims", "claims.void_claim", "claims.request_claim_payment", "claims.decide_claim_payment",
    "claims.on_claim_changed", "claims.on_payment_due", "claims.on_payment_made", "claims.on_payments_overdue",
    "claims.payments.sandbox_processor",
)  # fmt: skip
HOUR = 3600.0


class Processor:
    """A `PaymentProcessor` and its ledger; how it behaves for a key is drawn when the key first comes."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler, self._draw = scheduler, scheduler.draw
        self.states: dict[str, str] = {}
        self.paid: Counter[str] = Counter()
        self._behaviours: dict[str, str] = {}
        self._out: tuple[float, float] = (0.0, 0.0)
        self._reversals_out: tuple[float, float] = (0.0, 0.0)
        self.is_good = False  # in the end it does all that it is asked

    def be_out(self) -> None:
        """Answer nothing, or reverse nothing, for a while that begins soon."""
        begins = self._scheduler.now + self._draw.choice((0.0, 5.0, 100.0)) * self._draw.random()
        period = begins, begins + self._draw.choice((60.0, 2400.0, 6 * HOUR))
        if self._draw.random() < 0.3:
            self._out = period
        self._reversals_out = period

    def pay(self, order: PaymentOrder) -> Sequence[Outcome]:
        """Pay once per key."""
        answers: Sequence[Outcome] = self._call(f"pay {order.key[-8:]}", lambda: self._pay(order.key))
        return answers

    def _pay(self, key: str) -> Any:
        behaviour = self._behaviours.setdefault(
            key,
            self._draw.choice(
                ("pay", "pay", "refuse", "refuse, then pay", "refuse, then pay", "twice", "pay late", "hang")
            ),
        )
        if self.is_good and behaviour == "hang":
            behaviour = "pay"
        if key in self.states:
            return [self._outcome(key)]
        if behaviour in ("refuse", "refuse, then pay"):
            self.states[key] = "refused"
            if behaviour == "refuse, then pay":
                answer = [self._outcome(key), Paid(f"ref-{key[-6:]}")]
                self._take(key)
                return answer
            return [self._outcome(key)]
        if behaviour == "pay late":
            self._scheduler.after(300 * self._draw.random(), lambda: self._take(key))
            return _never()
        if behaviour == "hang":
            return _never()
        self._take(key)
        return [self._outcome(key)] * (2 if behaviour == "twice" else 1)

    def _take(self, key: str) -> None:
        if self.states.get(key) in ("paid", "reversed"):
            return
        self.states[key] = "paid"
        self.paid[key] += 1

    def find(self, key: str) -> Outcome | None:
        """The outcome of a key."""
        found: Outcome | None = self._call(
            f"find {key[-8:]}", lambda: self._outcome(key) if key in self.states else None
        )
        return found

    def reverse(self, key: str) -> None:
        """Take a payment back, once."""

        def effect() -> Any:
            begins, ends = self._reversals_out
            if begins <= self._scheduler.now < ends:
                return _never()
            if self.states.get(key) == "paid":
                self.states[key] = "reversed"
                self.paid[key] -= 1
            return None

        self._call(f"reverse {key[-8:]}", effect)

    def _outcome(self, key: str) -> Outcome:
        state = self.states[key]
        return Paid(f"ref-{key[-6:]}") if state == "paid" else Refused(f"it is {state}")

    def _call(self, words: str, effect: Any) -> Any:
        def served() -> Any:
            begins, ends = self._out
            return _never() if begins <= self._scheduler.now < ends else effect()

        limit = self._draw.choice((2.0, 8.0))
        return self._scheduler.call(
            f"processor: {words}", served, limit=limit, no_answer=lambda: ProcessorTimedOut("no answer"), usual=0.1
        )


def _never() -> Any:
    while True:
        yield float("inf")


class World(BaseWorld):
    """A run's clients and its schedule."""

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        self.processor = Processor(scheduler)
        self.claims: list[str] = []
        self.voided: set[str] = set()
        self.voids: Counter[str] = Counter()
        self.void_versions: dict[str, int] = {}
        stack.dynamodb.watchers.append(self._note)

    def prepare(self, patches: Patches) -> None:
        """The stack's processor is the run's."""
        patches.set(sandbox_processor, "SandboxProcessor", lambda: self.processor)

    def start(self) -> None:
        """Start the clients."""
        self.scheduler.spawn("client", self._post)
        for number in range(self.draw.choice((0, 1, 2))):
            self.scheduler.spawn(f"person {number}", self._person, after=5 * self.draw.random())
        if self.draw.random() < 0.6:
            self.processor.be_out()
        if self.draw.random() < 0.2:
            self.stack.lost_until["ClaimsTable"] = self.scheduler.now + self.draw.choice((5.0, HOUR))
        if self.draw.random() < 0.2:
            self.scheduler.after(5 * self.draw.random(), self.stack.sqs.queues["ClaimPayments"].held.clear)
        self.scheduler.spawn(
            "schedule", lambda: self._schedule(2 * HOUR, 300.0 if self.draw.random() < 0.5 else 1700.0)
        )

    def _post(self) -> None:
        body = [claim("1497775530", 10) for _ in range(self.draw.choice((1, 1, 2, 4)))]
        answer = self._call("CreateClaims", "/claims", body=body, headers={"Idempotency-Key": "k"})
        while answer is None or answer["statusCode"] != 201:
            self.scheduler.sleep(31)
            answer = self._call("CreateClaims", "/claims", body=body, headers={"Idempotency-Key": "k"})

    def _known(self) -> list[str]:
        table = self.stack.dynamodb.tables["ClaimsTable"]
        return [pk.partition("#")[2] for (pk, sk), _ in table.all() if sk == "CLAIM"]

    def _person(self) -> None:
        for _ in range(self.draw.choice((2, 6))):
            self.scheduler.sleep(self.draw.choice((0.1, 0.5, 5.0, 300.0, 2000.0)) * self.draw.random())
            if known := self._known():
                self._act(self.draw.choice(known))

    def _act(self, claim_id: str) -> None:
        path = {"id": claim_id}
        action = self.draw.choice(("void", "request", "request", "decide"))
        if action == "void":
            self._void(claim_id)
        elif action == "request":
            self._call("RequestClaimPayment", "/claims/{id}/payment/request", path=path)
        else:
            self._decide(claim_id)

    def _void(self, claim_id: str) -> None:
        """Withdraw a claim as it is, again and again until there is an answer."""
        version = self._version(claim_id)
        self.voids[claim_id] += 1
        for _ in range(3):
            request: Any = {"path": {"id": claim_id}, "headers": {"If-Match": f'"{version}"'}}
            answer = self._call("VoidClaim", "/claims/{id}/void", **request)
            if answer and answer["statusCode"] == 200:
                self.voided.add(claim_id)
            is_own = self.voids[claim_id] == 1 and claim_id in self.void_versions
            if answer and answer["statusCode"] == 412 and is_own and self.void_versions[claim_id] == version + 1:
                raise Broken(f"the void of version {version} of {claim_id} was stored, and answered 412")
            if answer and answer["statusCode"] < 500:
                return
            self.scheduler.sleep(1)

    def _version(self, claim_id: str) -> int:
        item = self.stack.dynamodb.tables["ClaimsTable"].get((f"acme#{claim_id}", "CLAIM"))
        return int(item["version"]["N"]) if item else 0

    def _note(self, changes: list[Change]) -> None:
        for _, (pk, sk), before, after in changes:
            if sk == "CLAIM" and before and after and before["status"] != after["status"] == {"S": "void"}:
                self.void_versions[pk.partition("#")[2]] = int(after["version"]["N"])

    def _decide(self, claim_id: str) -> None:
        body = {"decision": self.draw.choice(("approve", "refuse")), "note": "decided"}
        self._call("DecideClaimPayment", "/claims/{id}/payment/decision", path={"id": claim_id}, body=body)

    def _call(self, name: str, resource: str, **request: Any) -> Answer | None:
        answer, _ = self.stack.call(name, method="POST", resource=resource, request_id=f"r{next(self.ids)}", **request)
        return answer

    def _schedule(self, seconds: float, pause: float) -> None:
        ends = self.scheduler.now + seconds
        while self.scheduler.now < ends:
            self.scheduler.wait_for(self.stack.invoke("OnPaymentsOverdue", {}), 300)
            self.scheduler.sleep(pause)

    # ---- the end

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle(may_die=True)  # the schedule follows all payments, whether or not dead letters are redriven
        self.processor.is_good = True
        if self.draw.random() < 0.5:
            self.stack.sqs.redrive()
        for _ in range(2):
            self.scheduler.spawn("schedule", lambda: self._schedule(1.5 * HOUR, 1000))
            self.scheduler.spawn("schedule", lambda: self._schedule(1.5 * HOUR, 1000), after=25 * HOUR)
            self.stack.settle(may_die=True)
            self.scheduler.spawn("reviewer", self._review)
            self.stack.settle(may_die=True)
        self.scheduler.spawn("schedule", lambda: self._schedule(1.5 * HOUR, 1000), after=25 * HOUR)
        self.stack.settle(may_die=True)
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()

    def _review(self) -> None:
        for claim_id in self._known():
            found = repository.read_claim("acme", claim_id)
            if found and found.status == "payment_review":
                self._decide(claim_id)

    def _inspect(self) -> None:
        for claim_id in self._known():
            payment = payment_repository.read_payment("acme", claim_id)
            status = payment.claim.status
            net = sum(number for key, number in self.processor.paid.items() if f"#{claim_id}#" in key)
            steps = [(step.step, step.attempt) for step in payment.steps]
            if status in ("received", "payment_requested"):
                raise Broken(f"{claim_id} is still {status} after two days: {steps}")
            if status == "payment_review":
                continue  # it was decided more than once, and waits for the next decision
            if net != (1 if status == "processed" else 0):
                raise Broken(f"the processor holds {net} payments for a claim that is {status}: {steps}")
            if claim_id in self.voided and status != "void":
                raise Broken(f"{claim_id} was answered void, and is {status}")

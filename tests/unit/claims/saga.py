"""Claims on their way to payment; tests move the messages between the functions' queues."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NoReturn

from claims import create_claims, on_payment_due, on_payment_made, on_payments_overdue
from claims.payments import payment_repository
from claims.payments.payment import Payment
from claims.payments.payment_processor import ProcessorTimedOut
from payerworks.aws import client
from payerworks.settings import settings
from payerworks.times import seconds_left
from tests.unit.claims.totals import CLAIM
from tests.unit.clock import Clock
from tests.unit.conftest import ROOT, TEMPLATE, Call

Message = dict[str, Any]
TRIES = 4
"""Number of deliveries of a message; the fixture `saga` sets it."""


class Killed(BaseException):
    """A function crashes: none of its code runs after that, not even `except Exception`."""


class Saga:
    """Claims of the tenant acme, paid by the sandbox processor."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self.clock = clock

    def claim(self, fee: str = "100.00", subscriber: str = "3730189502") -> str:
        """Post a claim with a net fee, and a subscriber number or a mark such as `REFUSE`; returns its id."""
        fees = {"provider_fees": fee.removeprefix("-"), "allowed_fees": 0, "member_coinsurance": 0, "member_copay": 0}
        if fee.startswith("-"):
            fees |= {"provider_fees": 0, "allowed_fees": fee.removeprefix("-")}
        number = subscriber if subscriber.isdigit() else f"SANDBOX-{subscriber}"
        body = CLAIM | fees | {"subscriber_number": number}
        answer = self._call(create_claims.handler, "claims/create_claims", body=body)
        return str(answer["json"]["id"])

    def pay(self, *claim_ids: str, tries: int = 1) -> list[str]:
        """Deliver the messages of claims as try number `tries`; returns the ids of claims whose message failed."""
        messages = [{"tenant": "acme", "claimId": claim_id, "requestId": "r"} for claim_id in claim_ids]
        return [claim_ids[number] for number in self._failed(on_payment_due.handler, "on_payment_due", messages, tries)]

    def settlements(self) -> list[Message]:
        """Receive all messages from the queue of settlements."""
        return self._received("claim_settlements")

    def due(self) -> list[str]:
        """Receive all messages from the queue of claims to be paid; returns the claims' ids."""
        messages = self._received("claim_payments")
        assert all((each["tenant"], bool(each["requestId"])) == ("acme", True) for each in messages)
        return [each["claimId"] for each in messages]

    def _received(self, name: str) -> list[Message]:
        sqs, queue = client("sqs"), settings().queues[name]
        found = []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def settle(self, *messages: Message, tries: int = 1) -> list[Message]:
        """Deliver settlements; returns those that failed."""
        return [
            messages[number] for number in self._failed(on_payment_made.handler, "on_payment_made", messages, tries)
        ]

    def finish(self) -> None:
        """Deliver all settlements."""
        assert self.settle(*self.settlements()) == []

    def look_for_overdue(self, seconds: float | None = None) -> None:
        """Run the schedule, with the time that the template gives it or another."""
        on_payments_overdue.handler({}, self.clock.invocation(seconds or self.seconds_of("on_payments_overdue")))

    def invocation(self, name: str) -> SimpleNamespace:
        """The context of an invocation that begins now, of the function in the file with this name."""
        return self.clock.invocation(self.seconds_of(name))

    def seconds_of(self, name: str) -> float:
        """The time that the template gives to the function in the file with this name."""
        properties = TEMPLATE.template["Resources"][name.title().replace("_", "")]["Properties"]
        return float(properties["Timeout"])

    def hang(self) -> NoReturn:
        """A call of the processor that gets no answer until its time is over."""
        self.clock.hang(seconds_left())
        raise ProcessorTimedOut("The processor does not answer.")

    def age(self, claim_id: str) -> None:
        """Set the claim's deadline to the past."""
        client("dynamodb").update_item(
            TableName=settings().tables["claims"],
            Key={"pk": {"S": f"acme#{claim_id}"}, "sk": {"S": "CLAIM"}},
            UpdateExpression="SET overdue_at = :past",
            ConditionExpression="attribute_exists(overdue_at)",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000+00:00"}},
        )

    def payment(self, claim_id: str) -> Payment:
        return payment_repository.read_payment("acme", claim_id)

    def shown(self, claim_id: str) -> tuple[str, list[str]]:
        """The claim's state and the names of its steps."""
        payment = self.payment(claim_id)
        return payment.claim.status, [step.step for step in payment.steps]

    def details(self, claim_id: str) -> list[str]:
        """The details of the claim's steps."""
        return [step.detail for step in self.payment(claim_id).steps]

    def held(self, claim_id: str, attempt: int = 1) -> str | None:
        """The state of an attempt to pay the claim in the sandbox."""
        key = {"pk": {"S": f"acme#{claim_id}#{attempt}"}}
        item = client("dynamodb").get_item(TableName=settings().tables["sandbox_payments"], Key=key).get("Item")
        return item["state"]["S"] if item else None

    def _failed(self, handler: Any, name: str, messages: Sequence[Message], tries: int) -> list[int]:
        """Deliver messages to a function; returns the indexes of those that failed."""
        [record] = json.loads((ROOT / f"events/claims/{name}.json").read_text())["Records"]
        changes = {"attributes": {"ApproximateReceiveCount": str(tries)}}
        records = [
            record | changes | {"messageId": str(number), "body": json.dumps(message)}
            for number, message in enumerate(messages)
        ]
        failures = handler({"Records": records}, self.invocation(name))["batchItemFailures"]
        return [int(failure["itemIdentifier"]) for failure in failures]


@contextmanager
def dying_before(call: int) -> Iterator[None]:
    """The code that makes the AWS call with this number, from 0, crashes before the call."""
    made = 0

    def die(**_: Any) -> None:
        nonlocal made
        made += 1
        if made > call:
            raise Killed

    services = ("dynamodb", "sqs")
    for service in services:
        client(service).meta.events.register_first(f"before-call.{service}", die)
    try:
        yield
    finally:
        for service in services:
            client(service).meta.events.unregister(f"before-call.{service}", die)


@contextmanager
def failing(
    service: str, operation: str, *, holding: str = "", code: str = "InternalServerError", times: int = 1000
) -> Iterator[None]:
    """The first calls of an AWS operation whose body contains a text fail with an error code."""
    failed = 0

    def fail(params: Any, **_: Any) -> Any:
        nonlocal failed
        if holding in str(params["body"]) and failed < times:
            failed += 1
            return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": ""}}
        return None

    name = f"before-call.{service}.{operation}"
    client(service).meta.events.register_first(name, fail)
    try:
        yield
    finally:
        client(service).meta.events.unregister(name, fail)

"""The ledger in tests: what waits in the queue is handed to the function, at once or in any order."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from audit import on_audit_entries
from payerworks.aws import client, session
from payerworks.settings import settings
from tests.unit.conftest import ROOT
from tests.unit.interleaving import kill

Message = dict[str, Any]


def waiting(*, stay: bool = False) -> list[Message]:
    """Take all messages out of the queue, announcements too, whose delay is not over; or only look at them."""
    name = settings().queues["audit_entries"].rpartition("/")[2]
    queue = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues[name]
    messages = [json.loads(message.body) for message in queue._messages]
    if not stay:
        queue._messages.clear()
    return messages


def deliver(*messages: Message) -> list[Message]:
    """Hand messages to the function, as one batch; those that failed."""
    [record] = json.loads((ROOT / "events/audit/on_audit_entries.json").read_text())["Records"]
    records = [
        record | {"messageId": str(number), "body": json.dumps(message)} for number, message in enumerate(messages)
    ]
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    failures = on_audit_entries.handler({"Records": records}, context)["batchItemFailures"]
    return [messages[int(failure["itemIdentifier"])] for failure in failures]


def settle() -> None:
    """Deliver what waits, the announcements last, as their delay makes it."""
    messages = waiting()
    assert deliver(*(message for message in messages if message["outcome"] is not None)) == []
    assert deliver(*(message for message in messages if message["outcome"] is None)) == []


def settle_in_disorder(chance: random.Random) -> None:
    """Deliver what waits twice, in any order and in batches of any size."""
    messages = waiting() * 2
    chance.shuffle(messages)
    while messages:
        size = chance.randint(1, 30)
        batch, messages = messages[:size], messages[size:]
        assert deliver(*batch) == []


def entries(tenant: str = "acme") -> list[Message]:
    """All entries of the table in their order."""
    prefix = f"{tenant}#DAY#"
    items = [item for item in stored() if item["pk"]["S"].startswith(prefix)]
    items.sort(key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    return [json.loads(item["entry"]["S"]) for item in items]


def stored() -> list[Message]:
    """All items of the table."""
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=settings().tables["audit"])
    return [item for page in pages for item in page["Items"]]


def files() -> dict[str, bytes]:
    """The files of the ledger by key."""
    s3, bucket = client("s3"), settings().audit_bucket
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def message(call: str, **members: Any) -> Message:
    """What the queue gets of a call."""
    [record] = json.loads((ROOT / "events/audit/on_audit_entries.json").read_text())["Records"]
    body: Message = json.loads(record["body"])
    return body | {"call": call} | members


def calls(found: Sequence[Message]) -> list[str]:
    return [each["call"] for each in found]


@contextmanager
def killed_before(number: int) -> Iterator[None]:
    """The process dies before its request to AWS with this number, from 0; so after the one before it."""
    made = 0

    def count(**_: Any) -> None:
        nonlocal made
        made += 1
        if made == number + 1:
            kill()

    services = {f"before-call.{service}": client(service).meta.events for service in ("dynamodb", "s3", "sqs")}
    names = services | {"before-send.sqs.SendMessage": session().get_component("event_emitter")}
    with ExitStack() as stack:
        for name, emitter in names.items():
            emitter.register_first(name, count)
            stack.callback(emitter.unregister, name, count)
        yield

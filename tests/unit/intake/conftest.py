"""The intake in process: its bucket, and queues that a test empties in any order."""

import contextlib
import copy
import csv
import io
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.models import DynamoDBBackend

from intake import (
    list_ingest_duplicates,
    list_ingest_jobs,
    list_ingest_rejects,
    list_registry_patients,
    on_chunk_queued,
    on_file_uploaded,
)
from payerworks.aws import client
from payerworks.search_index import has_engine
from payerworks.settings import settings
from search.on_patient_operations import index_patients
from tests.unit.conftest import ROOT, Call
from tests.unit.fake_opensearch import FakeOpenSearch

Job = dict[str, Any]
CHUNK_BYTES = 8192
"""The size of small chunks."""
FILTER_BYTES = "65536"


@dataclass(frozen=True)
class Invocation:
    """A Lambda context; each question for the time left calls `seconds_left`."""

    seconds_left: Callable[[], float] = lambda: 900

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self.seconds_left())


class Intake:
    """Puts files into the bucket, calls the functions as S3 and SQS would, and reads the results."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def put(
        self, content: bytes | str, key: str = "patients/visits.csv", tenant: str = "acme", **metadata: str
    ) -> dict[str, Any]:
        """Put a file. Returns the notification that S3 would send."""
        body, metadata = content.encode() if isinstance(content, str) else content, {"tenant": tenant} | metadata
        put = client("s3").put_object(Bucket=settings().intake_bucket, Key=key, Body=body, Metadata=metadata)
        return self.notification(key, put["VersionId"])

    def notification(self, key: str, version: str | None = None) -> dict[str, Any]:
        """The notification that S3 sends of a version of a file, or of the only one."""
        message = json.loads(sqs_event("on_file_uploaded")["Records"][0]["body"])
        notification = message["Records"][0]
        notification["s3"]["object"]["key"] = key.replace(" ", "+")
        if version:
            notification["s3"]["object"]["versionId"] = version
        return dict(message)

    def split_and_load(self, message: dict[str, Any]) -> None:
        """Split a file and load its chunks."""
        for chunk in self.split(message):
            self.load(chunk)
        self.load_queued()

    def split(self, message: dict[str, Any], *invocations: Invocation) -> list[dict[str, Any]]:
        """Split a file, in several invocations if the split is handed on. Returns the messages of its chunks.

        `invocations` are the first ones; the others have all their time.
        """
        given, messages = iter(invocations), [message]
        while messages:
            event = sqs_event("on_file_uploaded", messages.pop())
            assert on_file_uploaded.handler(event, next(given, Invocation())) == {"batchItemFailures": []}
            messages += self.queued("intake_uploads")
        return self.queued()

    def queued(self, queue: str = "intake_chunks") -> list[dict[str, Any]]:
        """Take all messages off a queue."""
        found: list[dict[str, Any]] = []
        url = settings().queues[queue]
        while messages := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def load(self, message: dict[str, Any], tries: int = 1) -> None:
        """Load a chunk; the message of the next chunk in turn is then on the queue."""
        assert on_chunk_queued.handler(sqs_event("on_chunk_queued", message, tries), None) == {"batchItemFailures": []}

    def load_queued(self) -> None:
        """Load chunks until their queue is empty."""
        while chunks := self.queued():
            for chunk in chunks:
                self.load(chunk)

    def load_and_die(self, message: dict[str, Any], calls: int) -> None:
        """Load a chunk with a worker that dies after `calls` calls of DynamoDB."""
        events, left = client("dynamodb").meta.events, itertools.count(calls, -1)

        def die_then(**_: object) -> None:
            if next(left) <= 0:
                die()

        events.register("before-call.dynamodb", die_then)
        on_chunk_queued.handler(sqs_event("on_chunk_queued", message), None)
        events.unregister("before-call.dynamodb", die_then)

    def ingest(self, content: bytes | str, key: str = "patients/visits.csv", order: random.Random | None = None) -> Job:
        """Put a file, split it and load its chunks, in random order if given. Returns its job."""
        message = self.put(content, key)
        chunks = self.split(message)
        if order is not None:
            order.shuffle(chunks)
        for chunk in chunks:
            self.load(chunk)
        self.load_queued()
        return self.job(key)

    def job(self, key: str = "patients/visits.csv") -> Job:
        """The newest job of a file."""
        answer = self.call(list_ingest_jobs.handler, "intake/list_ingest_jobs", query={"key": key})
        return dict(answer["json"]["items"][0])

    def patients(self, **query: str) -> dict[str, Any]:
        """The answer of GET /patients, after all patients are indexed."""
        self.index()
        answer = self.call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
        assert answer["statusCode"] == 200, answer["body"]
        return dict(answer["json"])

    def index(self) -> None:
        """Index all patients, as the change feed would, if there is an index."""
        if not has_engine():
            return
        found = [item["pk"]["S"].split("#") for item in self.items() if item["sk"]["S"] == "PATIENT"]
        for tenant in {tenant for tenant, *_ in found}:
            index_patients({"tenant": tenant, "patients": [own_id for of, _, own_id in found if of == tenant]})

    def items(self) -> list[dict[str, Any]]:
        """All items of the table."""
        return list(client("dynamodb").scan(TableName=settings().tables["intake"])["Items"])

    def rejects(self, job: Job) -> str:
        """The answer of GET /ingest/{task_id}/rejects."""
        path = {"task_id": job["task_id"]}
        answer = self.call(list_ingest_rejects.handler, "intake/list_ingest_rejects", path=path)
        assert answer["statusCode"] == 200, answer["body"]
        return str(answer["body"])

    def duplicates(self, job: Job) -> list[dict[str, str]]:
        """The answer of GET /ingest/{task_id}/duplicates."""
        path = {"task_id": job["task_id"]}
        answer = self.call(list_ingest_duplicates.handler, "intake/list_ingest_duplicates", path=path)
        assert answer["statusCode"] == 200, answer["body"]
        assert answer["headers"]["Content-Disposition"] == f'attachment; filename="duplicates-{job["task_id"]}.csv"'
        return list(csv.DictReader(io.StringIO(answer["body"], newline="")))

    def stored(self) -> dict[str, dict[str, Any]]:
        """The stored patients and visits, without the marks of the rows that wrote them."""
        registry = [item for item in self.items() if item["sk"]["S"] in ("PATIENT", "VISIT")]
        return {item["pk"]["S"]: _unmarked(item) for item in registry}

    def empty(self) -> None:
        """Delete all patients, visits and jobs."""
        name = settings().tables["intake"]
        for item in self.items():
            client("dynamodb").delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def _unmarked(item: dict[str, Any]) -> dict[str, Any]:
    marks = ("stamp", "created", "changes", "version", "given", "request_id")
    kept = {name: value for name, value in item.items() if name not in marks}
    if "document" in item:
        *kept["document"], _source = json.loads(item["document"]["S"])
    return kept


@contextlib.contextmanager
def before(service: str, operation: str, action: Callable[[], object], number: int = 1) -> Iterator[None]:
    """Do something before the call number `number` of an operation of AWS, or raise there."""
    left, events, name = (
        itertools.count(number - 1, -1),
        client(service).meta.events,
        f"before-call.{service}.{operation}",
    )

    def act(**_: object) -> None:
        if next(left) == 0:
            action()

    events.register(name, act)
    yield
    events.unregister(name, act)


def die() -> None:
    raise ConnectionError("the worker dies")


def sqs_event(name: str, body: dict[str, Any] | None = None, tries: int = 1) -> dict[str, Any]:
    """The event in `events/intake/<name>.json` with another message, at its try number `tries`."""
    event: dict[str, Any] = copy.deepcopy(json.loads((ROOT / "events/intake" / f"{name}.json").read_text()))
    if body is not None:
        event["Records"][0]["body"] = json.dumps(body)
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
    return event


@pytest.fixture
def intake(
    opensearch: FakeOpenSearch, call: Call, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Intake:
    """The intake of an empty stack, with filters for few keys."""
    return _made(call, environment, monkeypatch)


@pytest.fixture
def small_intake(call: Call, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Intake:
    """The intake of an empty stack without OpenSearch."""
    return _made(call, environment, monkeypatch)


def _made(call: Call, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Intake:
    environment(CONFLICT_FILTER_BYTES=FILTER_BYTES)
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    return Intake(call)


@pytest.fixture
def small_chunks(environment: Callable[..., None]) -> None:
    """Chunks of a few rows, and filters for few keys."""
    environment(CHUNK_BYTES=str(CHUNK_BYTES), CONFLICT_FILTER_BYTES=FILTER_BYTES)


def insert_batch(backend: DynamoDBBackend, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A batch of inserts with parameters, each of which fails if its key exists; moto 5.2 lacks it."""
    answers: list[dict[str, Any]] = []
    for statement in statements:
        table, names = re.fullmatch(r'INSERT INTO "(.+)" VALUE {(.+)}', statement["Statement"]).groups()  # type: ignore
        item = dict(zip(re.findall(r"'(\w+)': \?", names), statement["Parameters"], strict=True))
        try:
            backend.put_item(table, item, {"pk": {"Exists": False}})
        except ConditionalCheckFailed:
            answers.append({"Error": {"Code": "DuplicateItem", "Message": "taken"}})
        else:
            answers.append({"TableName": table})
    return answers

"""The service in process: its real handlers behind an HTTP transport, on the emulated AWS of the unit tests.

Requests go to the handler that the template names for their route. Whenever the command sleeps, the functions that
streams and queues start do one round of work. Search for plans needs a real OpenSearch: plan_index.py stands in for it.
"""

import copy
import io
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from auth import create_first_admin
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.cli import gateway
from tests.unit.cli.forms import form_of
from tests.unit.cli.gateway import FUNCTIONS, events, handler_of
from tests.unit.cli.plan_index import PlanIndex
from tests.unit.conftest import TEMPLATE, api_event
from tests.unit.intake.conftest import Invocation, sqs_event

API = "http://127.0.0.1:4566/restapis/abc/dev/_user_request_"
ADMIN = {"email": "admin@example.com", "password": "not-a-real-password"}
NEED_OPENSEARCH = {"OnPlanOperation", "OnSearchJob"}


STREAMS = [(name, event["Stream"]["GetAtt"].removesuffix(".StreamArn")) for name, event in events("DynamoDB")]
QUEUES = [(name, event["Queue"]["GetAtt"].removesuffix(".Arn"), event["BatchSize"]) for name, event in events("SQS")]


class Service:
    """The handlers, what was asked of them, and the answers that a test gives in their place."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[httpx.Request] = []
        self.delivered: dict[str, list[str]] = {}
        """The messages that functions got, by queue."""
        self.scripted: dict[str, list[httpx.Response]] = {}
        self.index: PlanIndex | None = PlanIndex(self._stored_plan)
        self.rounds = 1_000_000
        """Rounds of work that the functions still do."""
        self.idle = set(NEED_OPENSEARCH)
        """Functions that do nothing."""
        self._busy = False
        self._read: Counter[str] = Counter()
        self._uploads = itertools.count(1)
        create_first_admin.handler(ADMIN, None)
        for subscription in TEMPLATE.template["Resources"].values():
            if subscription["Type"] == "AWS::SNS::Subscription":
                _subscribe(**subscription["Properties"])

    def sent(self, name: str) -> Any:
        """The JSON of the last request of a name, such as `POST /users/create`."""
        method, _, path = name.partition(" ")
        requests = (each for each in reversed(self.requests) if each.method == method)
        request = next(each for each in requests if unquote(each.url.path).endswith(f"_user_request_{path}"))
        return json.loads(request.content) if request.content else None

    def outputs(self) -> dict[str, Any]:
        """What outputs.json of this stack says."""
        return {"api_url": API, "intake_bucket": "intake", "opensearch_url": "http://127.0.0.1:9200", "admin": ADMIN}

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request of the command, as httpx would get it."""
        request.read()
        if not str(request.url).startswith(API):
            return self._s3(request)
        path = request.url.raw_path.decode().partition("?")[0].removeprefix(urlsplit(API).path)
        name = f"{request.method} {unquote(path)}"
        self.asked[name] += 1
        self.requests.append(request)
        if self.scripted.get(name):
            return self.scripted[name].pop(0)
        with self._handlers():
            indexed = self.index and self.index.answer(request.method, unquote(path), dict(request.url.params))
            return indexed or gateway.answer(request, path)

    def sleep(self, _seconds: float) -> None:
        """What the command waits for happens."""
        if self.rounds and not self._busy:
            self.rounds -= 1
            self.work()

    def work(self) -> bool:
        """Give each function a batch of its queue, or what is new in its stream; whether there was anything."""
        with self._handlers():
            queues = [queue for queue in QUEUES if queue[0] not in self.idle]
            batches = [(name, queue, _received(queue, size)) for name, queue, size in queues]
            for name, queue, records in batches:
                if records:
                    self.delivered.setdefault(queue, []).extend(record["body"] for record in records)
                    _deliver(name, queue, records)
            changes = [self._changes(name, table) for name, table in STREAMS]
        return any(records for *_, records in batches) or any(changes)

    def settle(self) -> None:
        """Work until nothing is left to do."""
        while self.work():
            pass

    @contextmanager
    def _handlers(self) -> Iterator[None]:
        """While handlers run: what they print is no output of the command, and that they sleep starts no work."""
        self._busy = True
        with redirect_stdout(io.StringIO()):
            yield
        self._busy = False

    def _changes(self, name: str, table: str) -> bool:
        # The client of the stream's API reaches no emulation in process; this is what it would read.
        records = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[table].stream_shard.items
        new = [copy.deepcopy(record.to_json()) for record in records[self._read[table] :]]
        for record in new:
            change = record["dynamodb"]
            change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
        self._read[table] = len(records)
        if new:
            assert handler_of(FUNCTIONS[name]["Handler"])({"Records": new}, Invocation()) == {"batchItemFailures": []}
        return bool(new)

    def _s3(self, request: httpx.Request) -> httpx.Response:
        """S3's side of a presigned request: take a file and notify the queue of uploads, or give one."""
        if not request.url.host.endswith("amazonaws.com"):
            raise httpx.ConnectError("refused")
        bucket = settings().intake_bucket
        if request.method == "GET":
            found = client("s3").get_object(Bucket=bucket, Key=unquote(request.url.path).removeprefix("/"))
            return httpx.Response(200, content=found["Body"].read())
        fields = form_of(request.headers["content-type"], request.content)
        name = f"POST {fields['key'].decode().rpartition('/')[2]}"
        if self.scripted.get(name):
            return self.scripted[name].pop(0)
        key = fields["key"].decode()
        metadata = {name: fields[f"x-amz-meta-{name}"].decode() for name in ("tenant", "uploader")}
        put = client("s3").put_object(Bucket=bucket, Key=key, Body=fields["file"], Metadata=metadata)
        message = json.loads(sqs_event("on_file_uploaded")["Records"][0]["body"])
        message["Records"][0]["s3"]["object"] |= {"key": key.replace(" ", "+"), "versionId": put["VersionId"]}
        message["Records"][0]["eventTime"] = f"2026-11-21T12:00:{next(self._uploads) % 60:02}.000Z"
        client("sqs").send_message(QueueUrl=settings().queues["intake_uploads"], MessageBody=json.dumps(message))
        return httpx.Response(204)

    def _stored_plan(self, plan_id: str) -> Any:
        event = api_event("plans/get_plan", path={"id": plan_id}, tenant="main")
        answer = handler_of("plans.get_plan.handler")(event, None)
        return json.loads(answer["body"]) if answer["statusCode"] == 200 else None


def _subscribe(**subscription: Any) -> None:
    policy = {name: json.dumps(subscription[name]) for name in ("FilterPolicy",) if name in subscription}
    scope = {name: subscription[name] for name in ("FilterPolicyScope",) if name in subscription}
    client("sns").subscribe(
        TopicArn=TEMPLATE.refs[subscription["TopicArn"]["Ref"]],
        Protocol="sqs",
        Endpoint=_arn(subscription["Endpoint"]["GetAtt"].removesuffix(".Arn")),
        Attributes={"RawMessageDelivery": "true"} | scope | policy,
    )


def _arn(queue: str) -> str:
    return f"arn:aws:sqs:us-east-1:{DEFAULT_ACCOUNT_ID}:{queue}"


def _received(queue: str, size: int) -> list[dict[str, Any]]:
    """A batch of messages, as Lambda hands it to a function."""
    received = client("sqs").receive_message(
        QueueUrl=TEMPLATE.refs[queue], MaxNumberOfMessages=min(size, 10), AttributeNames=["All"]
    )
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSourceARN": _arn(queue),
        }
        for message in received.get("Messages", ())
    ]


def _deliver(name: str, queue: str, records: list[dict[str, Any]]) -> None:
    """Call a function with its messages; those that failed come again at the next round."""
    failures = handler_of(FUNCTIONS[name]["Handler"])({"Records": records}, Invocation())["batchItemFailures"]
    failed = {failure["itemIdentifier"] for failure in failures}
    for record in records:
        message = {"QueueUrl": TEMPLATE.refs[queue], "ReceiptHandle": record["receiptHandle"]}
        if record["messageId"] in failed:
            client("sqs").change_message_visibility(**message, VisibilityTimeout=0)
        else:
            client("sqs").delete_message(**message)

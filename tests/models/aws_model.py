"""The stack of a run: tables, queues, topics and functions as template.yaml declares them, on the models of servers."""

import datetime
import functools
import importlib
import itertools
import json
import pathlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from payerworks.errors import PayerworksError
from tests.models import process
from tests.models.dynamodb_model import Change, DynamoDB, Table
from tests.models.opensearch_model import OpenSearch
from tests.models.process import Patches
from tests.models.redis_model import Redis
from tests.models.scheduler import CALM, Actor, Broken, Scheduler
from tests.models.sqs_model import Message, Queue, Queues
from tests.unit.template import load, single_variables

TEMPLATE = load(pathlib.Path(__file__).parents[2] / "template.yaml")
PAYMENT_TRIES = 8
SHARDS = 2
"""Shards of a table's stream: each gives its records in their order."""
LATE_STREAM_SECONDS = (0.5, 10.0, 120.0)
_ADMINISTRATOR = {"tenant": "acme", "user_id": "u-1", "user_type": "admin", "rights": "* /*"}
Answer = dict[str, Any]


def _resources(kind: str) -> dict[str, dict[str, Any]]:
    return {name: given.get("Properties", {}) for name, given in TEMPLATE["Resources"].items() if given["Type"] == kind}


FUNCTIONS = _resources("AWS::Serverless::Function")
_LIMIT = TEMPLATE["Globals"]["Function"]["Timeout"]
_VARIABLES = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"] | single_variables(TEMPLATE)


def _number(value: Any) -> int:
    return PAYMENT_TRIES if value == {"Ref": "PaymentTries"} else int(value)


def _name_in(value: Any) -> str:
    """The resource that `!GetAtt X.Arn` or `!Ref X` names."""
    named = value.get("GetAtt") or value.get("Ref") or ""
    return str(named).partition(".")[0]


class Failed(NamedTuple):
    """The end of an invocation that raised an error which a server caused."""

    error: Exception


class _Context:
    """A Lambda context."""

    def __init__(self, scheduler: Scheduler, actor_limit: float) -> None:
        self._scheduler, self._ends_at = scheduler, scheduler.now + actor_limit

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._ends_at - self._scheduler.now))


class _Secrets:
    """Secrets Manager with one value, which is old; it always answers."""

    def get_secret_value(self, SecretId: str, VersionStage: str) -> dict[str, Any]:
        return {
            "SecretString": "a secret of the models",
            "CreatedDate": datetime.datetime.fromtimestamp(0, datetime.UTC),
        }


class Stack:
    """All servers and functions of a run. `functions` are the logical ids of those that take part."""

    def __init__(self, scheduler: Scheduler, functions: Sequence[str]) -> None:
        self.scheduler = scheduler
        self.dynamodb, self.sqs = DynamoDB(scheduler), Queues(scheduler)
        self.redis, self.opensearch = Redis(scheduler), OpenSearch(scheduler)
        self.s3: Any = None
        self.calm_at = 0.0
        self._calls = itertools.count(1)
        for name, properties in _resources("AWS::DynamoDB::Table").items():
            self.dynamodb.add(name, properties)
        self._make_queues()
        self._streams: dict[tuple[str, int], list[Message]] = {}
        self._running: set[tuple[str, int]] = set()
        self._of_stream: dict[str, str] = {}
        self.lost_until: dict[str, float] = {}
        """Tables whose stream loses all changes, and until when: its function failed for a day."""
        self.dynamodb.watchers.append(self._note_changes)
        for name in functions:
            for event in FUNCTIONS[name].get("Events", {}).values():
                self._connect(name, event["Type"], event["Properties"])

    def _make_queues(self) -> None:
        for name, given in sorted(_resources("AWS::SQS::Queue").items(), key=lambda pair: "RedrivePolicy" in pair[1]):
            policy = given.get("RedrivePolicy")
            dead = self.sqs.queues[_name_in(policy["deadLetterTargetArn"])] if policy else None
            most = _number(policy["maxReceiveCount"]) if policy else 1000
            self.sqs.queues[name] = Queue(name, given.get("VisibilityTimeout", 30), most, dead)
        for given in _resources("AWS::SNS::Subscription").values():
            target = self.sqs.queues[_name_in(given["Endpoint"])], given.get("FilterPolicy", {})
            self.sqs.subscriptions.setdefault(_name_in(given["TopicArn"]), []).append(target)

    def _connect(self, name: str, kind: str, given: dict[str, Any]) -> None:
        if kind == "SQS":
            queue = self.sqs.queues[_name_in(given["Queue"])]
            queue.batch = given.get("BatchSize", 10)
            queue.consume = functools.partial(self._consume, name, queue)
        elif kind == "DynamoDB":
            self._of_stream[_name_in(given["Stream"])] = name

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the functions."""
        variables = {"SIGNING_SECRET_ARN": "arn:model", "RAISE_UNEXPECTED": "true", "LAMBDA": "model"}
        variables |= {
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
            "REDIS_URL": "redis://model",
            "OPENSEARCH_ENDPOINT": "http://m",
        }
        variables |= {"PAYMENT_PROCESSOR": "sandbox", "MESSAGE_TRIES": str(PAYMENT_TRIES), "INTAKE_BUCKET": "intake"}
        for name, value in _VARIABLES.items():
            if isinstance(value, dict) and name.endswith(("_TABLE", "_TOPIC_ARN")):
                variables[name] = _name_in(value["If"][1] if "If" in value else value)
            elif name.endswith("_QUEUE_URL"):
                variables[name] = self.sqs.url_of(_name_in(value))
        return variables

    @contextmanager
    def installed(self, more: dict[str, str] | None = None) -> Iterator[Patches]:
        """The project's code runs on this stack for a while, with more variables if given."""
        environment = self.environment | (more or {})
        clients = {
            "dynamodb": self.dynamodb,
            "sqs": self.sqs,
            "sns": self.sqs,
            "s3": self.s3,
            "secretsmanager": _Secrets(),
        }
        with process.installed(self.scheduler, clients, self.redis, self.opensearch, environment) as patches:
            yield patches

    # ---- functions

    def invoke(self, name: str, event: Any, *, after: float = 0.0, words: str = "") -> Actor:
        """Start an invocation of a function."""
        limit = float(FUNCTIONS[name].get("Timeout", _LIMIT))
        service, module, attribute = FUNCTIONS[name]["Handler"].split(".")
        handler = getattr(importlib.import_module(f"{service}.{module}"), attribute)
        label = f"{name} {next(self._calls)}"

        def work() -> Any:
            self.scheduler.note(f"begins {words}")
            try:
                return handler(event, _Context(self.scheduler, limit))
            except (PayerworksError, *process.OF_SERVERS) as error:
                return Failed(error)

        return self.scheduler.spawn(label, work, after=after, limit=limit, can_die=True)

    def call(self, name: str, patience: float = 40.0, **request: Any) -> tuple[Answer | None, Actor]:
        """An actor calls the API: the answer, None if the function died or took too long; and the function."""
        event = api_event(**request)
        words = f"{event['httpMethod']} {event['path']} {event['headers']} {(event['body'] or '')[:300]}"
        actor = self.invoke(name, event, after=0.01 * self.scheduler.draw.random(), words=words)
        has_ended = self.scheduler.wait_for(actor, patience)
        answer = actor.value if has_ended and not actor.is_dead else None
        if isinstance(answer, Failed):
            answer = {"statusCode": 500, "headers": {}, "body": str(answer.error)}
        self.scheduler.note(f"gets {answer['statusCode'] if answer else 'no answer'} of {actor.name}")
        return answer, actor

    def _consume(self, name: str, queue: Queue, records: list[Message]) -> None:
        words = f"with {[(record['messageId'], record['body']) for record in records]}"
        actor = self.invoke(name, {"Records": records}, words=words)

        def end() -> None:
            if not actor.is_dead and not isinstance(actor.value, Failed):
                failed = {entry["itemIdentifier"] for entry in actor.value["batchItemFailures"]}
                self.sqs.done(queue, records, failed)

        actor.then.append(end)

    # ---- streams

    def _note_changes(self, changes: list[Change]) -> None:
        for table, key, before, after in changes:
            name = self._of_stream.get(table.name)
            if name is None or before == after or self.scheduler.now < self.lost_until.get(table.name, 0.0):
                continue
            record = _stream_record(table, key, before, after)
            if _passes(name, record):
                shard = table.name, zlib.crc32(key[0].encode()) % SHARDS
                self._streams.setdefault(shard, []).append(record)
                self.scheduler.after(self._stream_lag(), functools.partial(self._forward, name, shard))

    def _stream_lag(self) -> float:
        draw = self.scheduler.draw
        if self.scheduler.chance(self.scheduler.weather.late):
            return draw.choice(LATE_STREAM_SECONDS) * draw.random()
        return 0.3 * draw.random()

    def _forward(self, name: str, shard: tuple[str, int]) -> None:
        """Give a stream's function the next records of a shard, until it succeeds with them."""
        records = self._streams[shard]
        if shard in self._running or not records:
            return
        batch = records[: self.scheduler.draw.choice((1, 3, 100))]
        self._running.add(shard)
        actor = self.invoke(name, {"Records": batch}, words=f"with {len(batch)} records of {shard}")

        def end() -> None:
            self._running.discard(shard)
            is_done = not actor.is_dead and not isinstance(actor.value, Failed)
            if is_done and not self.scheduler.chance(self.scheduler.weather.double / 5):
                del records[: len(batch)]
            self.scheduler.after(0.0 if is_done else 1.0, functools.partial(self._forward, name, shard))

        actor.then.append(end)

    # ---- the end of a run

    def calm(self) -> None:
        """No more faults from now on."""
        if self.scheduler.weather is not CALM:
            self.scheduler.weather, self.calm_at = CALM, self.scheduler.now
            self.scheduler.note("——— calm weather from here on")

    def settle(self, *, may_die: bool = False) -> None:
        """Let all that is under way come to its end in calm weather. For the main thread.

        Dead letters are redriven, and then must be gone, unless messages `may_die`.
        """
        scheduler = self.scheduler
        self.calm()
        scheduler.run()
        for _ in range(0 if may_die else 3):
            if not self.sqs.redrive():
                break
            scheduler.note("dead letters are redriven")
            scheduler.run()
        for queue in () if may_die else self.sqs.queues.values():
            if queue.held and (queue.consume or queue.dead is None):
                raise Broken(f"{queue.name} still has {[held.body for held in queue.held.values()]}")


def api_event(
    method: str,
    resource: str,
    path: dict[str, str] | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    request_id: str = "",
    caller: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A call of the API, as API Gateway's proxy event; without a `caller`, an administrator's."""
    return {
        "resource": resource,
        "path": resource.format(**(path or {})),
        "httpMethod": method,
        "headers": {"Content-Type": "application/json"} | (headers or {}),
        "multiValueHeaders": None,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": None,
        "pathParameters": path,
        "requestContext": {
            "requestId": request_id,
            "authorizer": caller or _ADMINISTRATOR,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def _stream_record(table: Table, key: tuple[str, str], before: Any, after: Any) -> Message:
    names = dict(zip(table.keys, key, strict=False))
    data: Message = {"Keys": {name: {"S": text} for name, text in names.items()}}
    if table.view == "NEW_IMAGE" and after is not None:
        data["NewImage"] = after
    kind = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    return {"eventName": kind, "dynamodb": data, "eventSourceARN": f"arn:aws:dynamodb:stream/{table.name}"}


def _passes(name: str, record: Message) -> bool:
    for event in FUNCTIONS[name]["Events"].values():
        filters = event["Properties"].get("FilterCriteria", {}).get("Filters", [])
        if filters:
            return any(_matches(json.loads(given["Pattern"]), record) for given in filters)
    return True


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return all(
            _matches(part, value.get(name) if isinstance(value, dict) else None) for name, part in pattern.items()
        )
    return any(_matches_rule(rule, value) for rule in pattern)


def _matches_rule(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(rule == value)
    if "prefix" in rule:
        return isinstance(value, str) and value.startswith(rule["prefix"])
    if "exists" in rule:
        return (value is not None) == rule["exists"]
    if "anything-but" in rule:
        return value not in rule["anything-but"]
    raise ValueError(f"the model does not know the filter {rule}")

"""Count what handlers take of AWS while they run in this process: the units that a bill counts."""

import contextlib
import io
import json
import math
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from payerworks import redis_connection, sqs
from payerworks.aws import client
from payerworks.opensearch import opensearch
from payerworks.settings import settings

CHUNK = 65536
"""Bytes of a message that SQS and SNS count as one request."""
ANNOUNCED_SECONDS = 3
"""The delay of a message here, so that a measurement need not wait for a minute (payerworks/audit.py)."""
NOT_OURS = "sandbox_payments"
"""The table of the simulated payment processor, which no real one has."""
ITEM_OVERHEAD = 100
"""Bytes that DynamoDB adds to each stored item, and to each entry of an index."""

Item = dict[str, dict[str, Any]]


class Log(io.TextIOBase):
    """Standard output that only counts its bytes."""

    size, last = 0, ""

    def write(self, text: str) -> int:
        self.size, self.last = self.size + len(text.encode()), text if text.strip() else self.last
        return len(text)


class Meter:
    """Counts in `taken` what invocations take; whatever runs outside of them is not counted."""

    def __init__(self, log: Log) -> None:
        self.taken: defaultdict[str, float] = defaultdict(float)
        self._log, self._memory, self._lock = log, 0.0, threading.Lock()
        self._tables = {table: name for name, table in settings().tables.items()}
        self._indexes: dict[str, list[dict[str, Any]]] = {}
        for service in ("dynamodb", "sqs", "sns", "s3", "kms"):
            client(service).meta.events.register(f"before-call.{service}", self._note_call)
        dynamodb = client("dynamodb").meta.events
        dynamodb.register("provide-client-params.dynamodb", _ask)
        dynamodb.register("after-call.dynamodb", self._note_units)

    @contextlib.contextmanager
    def invocation(self, megabytes: int) -> Iterator[None]:
        """Count one invocation of a function with this memory."""
        self._memory, logged, began = megabytes / 1024, self._log.size, time.process_time()
        try:
            yield
        finally:
            self.add("cpu_ms", (time.process_time() - began) * 1000)
            self.add("log_bytes", self._log.size - logged)
            self.add("lambda_requests", 1)
            self._memory = 0.0

    def add(self, what: str, number: float) -> None:
        """Count something; handlers call AWS in threads."""
        with self._lock:
            self.taken[what] += number

    def last_line(self) -> str:
        """What a function printed last."""
        return self._log.last

    def stored_bytes(self) -> int:
        """The size of all items of our tables and of their entries in indexes, as DynamoDB counts it."""
        total = 0
        for table, name in self._tables.items():
            if name == NOT_OURS:
                continue
            pages = client("dynamodb").get_paginator("scan").paginate(TableName=table)
            total += sum(self._size(table, item) for page in pages for item in page["Items"])
        return total

    def _note_call(self, model: Any, params: dict[str, Any], **_: object) -> None:
        if not self._memory:
            return
        service = model.service_model.service_name
        self._wait()
        if service in ("sqs", "sns"):
            self.add(f"{service}_requests", math.ceil(len(params["body"]) / CHUNK))
        elif service == "kms":
            self.add("kms_requests", 1)
        elif service == "s3":
            kind = "s3_reads" if model.name.startswith(("Get", "Head")) else "s3_writes"
            self.add(kind, 1)
        elif model.name == "BatchExecuteStatement":
            self._note_statements(params["body"])

    def _note_units(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        # The emulator counts one unit for each statement of PartiQL, whatever it writes: _note_statements counts those.
        if not self._memory or model.name == "BatchExecuteStatement":
            return
        found = parsed.get("ConsumedCapacity", [])
        kind = "write" if "Write" in model.name or model.name in ("PutItem", "UpdateItem", "DeleteItem") else "read"
        for entry in found if isinstance(found, list) else [found]:
            self._add_units(kind, entry["TableName"], entry["CapacityUnits"])

    def _note_statements(self, body: bytes) -> None:
        for statement in json.loads(body)["Statements"]:
            table = re.match(r'INSERT INTO "([^"]+)"', statement["Statement"])
            if table is None:
                raise SystemExit("only the units of inserts are known")
            names = re.findall(r"'(\w+)': \?", statement["Statement"])
            item = dict(zip(names, statement["Parameters"], strict=True))
            entries = sum(_is_in(index, item) for index in self._indexes_of(table[1]))
            self._add_units("write", table[1], math.ceil(_bytes(item) / 1024) + entries)

    def _add_units(self, kind: str, table: str, units: float) -> None:
        name = self._tables[table]
        if name != NOT_OURS:
            self.add(f"{kind}_units {name}", units)

    def _wait(self) -> None:
        # The function holds its memory while it waits for the answer.
        self.add("gigabyte_waits", self._memory)

    def watch_the_rest(self) -> None:
        """Count Redis, OpenSearch and the messages that are sent without botocore, for the life of this process."""
        self._watch_engines()
        self._watch_announcements()

    def _watch_engines(self) -> None:
        meter = self
        call, perform = redis_connection.RedisConnection.call, opensearch().transport.perform_request

        def counted_call(self: redis_connection.RedisConnection, *words: str | bytes | int) -> Any:
            answer = call(self, *words)
            if meter._memory:
                size = sum(len(str(word)) for word in words) + _length(answer)
                meter.add("valkey_units", max(1, math.ceil(size / 1024)))
            return answer

        def counted_request(*args: Any, **options: Any) -> Any:
            if meter._memory:
                meter.add("opensearch_requests", 1)
                meter._wait()
            return perform(*args, **options)

        redis_connection.RedisConnection.call = counted_call  # type: ignore[method-assign]
        opensearch().transport.perform_request = counted_request  # type: ignore[method-assign]

    def _watch_announcements(self) -> None:
        send = sqs._call

        def counted_send(queue_url: str, action: str, members: dict[str, Any]) -> dict[str, Any] | None:
            if self._memory:
                self.add("sqs_requests", 1)
                self._wait()
            if members.get("DelaySeconds"):
                members["DelaySeconds"] = ANNOUNCED_SECONDS
            return send(queue_url, action, members)

        sqs._call = counted_send

    def _indexes_of(self, table: str) -> list[dict[str, Any]]:
        if table not in self._indexes:
            described = client("dynamodb").describe_table(TableName=table)["Table"]
            self._indexes[table] = described.get("GlobalSecondaryIndexes", [])
        return self._indexes[table]

    def _size(self, table: str, item: Item) -> int:
        keys = {name: item[name] for name in ("pk", "sk") if name in item}
        total = _bytes(item) + ITEM_OVERHEAD
        for index in filter(lambda index: _is_in(index, item), self._indexes_of(table)):
            kept = {key["AttributeName"] for key in index["KeySchema"]}
            kept |= set(index["Projection"].get("NonKeyAttributes", ()))
            total += _bytes(keys | {name: item[name] for name in kept if name in item}) + ITEM_OVERHEAD
        return total


def _ask(params: dict[str, Any], model: Any, **_: object) -> None:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params["ReturnConsumedCapacity"] = "INDEXES"


def _is_in(index: dict[str, Any], item: Item) -> bool:
    return all(key["AttributeName"] in item for key in index["KeySchema"])


def _bytes(item: Item) -> int:
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(typed: dict[str, Any]) -> int:
    [(kind, value)] = typed.items()
    if kind == "M":
        return 3 + _bytes(value) + len(value)
    if kind == "L":
        return 3 + sum(_value_bytes(each) + 1 for each in value)
    if kind in ("SS", "NS", "BS"):
        return sum(len(each) for each in value)
    if kind in ("BOOL", "NULL"):
        return 1
    return math.ceil(len(value) / 2) + 1 if kind == "N" else len(value.encode() if kind == "S" else value)


def _length(answer: Any) -> int:
    if isinstance(answer, list):
        return sum(map(_length, answer))
    return len(answer) if isinstance(answer, bytes) else 8

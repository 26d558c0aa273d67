"""DynamoDB in memory, as weak as it promises to be.

Single items are linearizable and transactions all or nothing, but a query, a scan or a batch reads its items at
different moments (torn); indexes and inconsistent reads lag behind; a transaction in flight makes other writes of its
items fail; batches are done in part. Source: Amazon DynamoDB Developer Guide, "Read consistency", "DynamoDB
transactions: how it works", "Using Global Secondary Indexes".
"""

import heapq
import itertools
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError

from tests.models.expressions import DocumentPathInvalid, Given, Item, holds, projected, sortable, updated
from tests.models.scheduler import Scheduler, ServerError

Key = tuple[str, str]
Change = tuple["Table", Key, Item | None, Item | None]
"""A table, a key, the item before and after."""
MAX_ITEM = 400 * 1024
SECONDS = 10.0
"""How long the client waits for an answer (payerworks/aws.py)."""
TOKEN_SECONDS = 600


@dataclass
class Lagging:
    """A copy of a table's items that lags behind: an index, or what an inconsistent read sees."""

    lag: Callable[[], float]
    keeps: Callable[[Item], Item | None]
    items: dict[Key, Item] = field(default_factory=dict)
    pending: list[tuple[float, int, Key, Item | None]] = field(default_factory=list)
    latest: dict[Key, float] = field(default_factory=dict)
    count: int = 0

    def write(self, now: float, key: Key, item: Item | None) -> None:
        """Take a write over later; those of one item in their order."""
        kept = self.keeps(item) if item is not None else None
        if kept is None and key not in self.latest:
            return
        visible = max(self.latest.get(key, 0.0), now + self.lag())
        self.latest[key] = visible
        self.count += 1
        heapq.heappush(self.pending, (visible, self.count, key, kept))

    def catch_up(self, now: float) -> dict[Key, Item]:
        while self.pending and self.pending[0][0] <= now:
            _, _, key, item = heapq.heappop(self.pending)
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item
        return self.items


class Table:
    """A table; `keys` are the names of its key's attributes, `indexes` those of each index."""

    def __init__(self, name: str, properties: dict[str, Any], scheduler: Scheduler) -> None:
        self.name, self._scheduler = name, scheduler
        self.keys = _key_names(properties)
        self.items: dict[str, dict[str, Item]] = {}
        self.locks: dict[Key, int] = {}
        self.ttl: str | None = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
        self.view: str | None = properties.get("StreamSpecification", {}).get("StreamViewType")
        self.indexes = {index["IndexName"]: _key_names(index) for index in properties.get("GlobalSecondaryIndexes", ())}
        self._copies = {
            index["IndexName"]: Lagging(self._index_lag, _keeper(self.keys, _key_names(index), index["Projection"]))
            for index in properties.get("GlobalSecondaryIndexes", ())
        }
        self._replica = Lagging(self._replica_lag, lambda item: item)

    def key_of(self, item: Item) -> Key:
        hash_key, *range_key = self.keys
        return item[hash_key]["S"], item[range_key[0]]["S"] if range_key else ""

    def get(self, key: Key) -> Item | None:
        return self.items.get(key[0], {}).get(key[1])

    def put(self, key: Key, item: Item | None) -> None:
        """Put an item, or delete it (None)."""
        partition = self.items.setdefault(key[0], {})
        if item is None:
            partition.pop(key[1], None)
        else:
            partition[key[1]] = item
        now = self._scheduler.now
        for copy in (*self._copies.values(), self._replica):
            copy.write(now, key, item)

    def all(self) -> Iterator[tuple[Key, Item]]:
        return (((pk, sk), item) for pk, items in self.items.items() for sk, item in items.items())

    def view_of(self, index: str | None, consistent: bool) -> Iterable[tuple[Key, Item]]:
        """The items that a read sees now."""
        if index is None and consistent:
            return self.all()
        copy = self._copies[index] if index is not None else self._replica
        return copy.catch_up(self._scheduler.now).items()

    def read(self, key: Key, consistent: bool) -> Item | None:
        return self.get(key) if consistent else self._replica.catch_up(self._scheduler.now).get(key)

    def _index_lag(self) -> float:
        draw = self._scheduler.draw
        if self._scheduler.chance(self._scheduler.weather.late_index):
            return draw.choice((0.5, 5.0, 60.0, 900.0)) * draw.random()
        return 0.02 * draw.random()

    def _replica_lag(self) -> float:
        return 0.5 * self._scheduler.draw.random() if self._scheduler.weather.torn else 0.0


def _key_names(properties: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in properties["KeySchema"])


def _keeper(
    table_keys: Sequence[str], index_keys: Sequence[str], projection: dict[str, Any]
) -> Callable[[Item], Item | None]:
    if projection["ProjectionType"] == "ALL":
        return lambda item: item if all(name in item for name in index_keys) else None
    kept = (*table_keys, *index_keys, *projection.get("NonKeyAttributes", ()))

    def keep(item: Item) -> Item | None:
        if not all(name in item for name in index_keys):
            return None
        return {name: item[name] for name in kept if name in item}

    return keep


class DynamoDB:
    """The service, with a client's methods.

    `watchers` see each atomic write; `page_items` is the size of a page; `tamper` may change a request, as a planted
    fault does.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.tables: dict[str, Table] = {}
        self.watchers: list[Callable[[list[Change]], None]] = []
        self.page_items = 1000
        self.tamper: Callable[[str, dict[str, Any]], None] = lambda operation, request: None
        self._tokens: dict[str, float] = {}
        self._in_flight: set[str] = set()
        self._transactions = itertools.count(1)

    def add(self, name: str, properties: dict[str, Any]) -> None:
        self.tables[name] = Table(name, properties, self._scheduler)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        serve = getattr(type(self), f"_{operation}")

        def call(**request: Any) -> Any:
            self.tamper(operation, request)
            words = _words(operation, request) if self._scheduler.trace is not None else operation

            def effect() -> Any:
                self._perhaps_busy(operation, request)
                return serve(self, **request)

            return self._scheduler.call(words, effect, limit=SECONDS, no_answer=_no_answer)

        return call

    def _perhaps_busy(self, operation: str, request: dict[str, Any]) -> None:
        scheduler = self._scheduler
        if not scheduler.chance(scheduler.weather.busy) or operation.startswith("batch_"):
            return
        if operation == "transact_write_items" and scheduler.chance(0.5):
            reasons = [{"Code": "None"} for _ in request["TransactItems"][1:]] + [{"Code": "ThrottlingError"}]
            raise _error("TransactionCanceledException", is_fault=True, CancellationReasons=reasons)
        code = scheduler.draw.choice(("ThrottlingException", "ProvisionedThroughputExceededException"))
        raise _error(code, is_fault=True)

    # ---- writes

    def _commit(self, changes: Sequence[tuple[Table, Key, Item | None]]) -> None:
        """Write items at once."""
        done: list[Change] = []
        for table, key, item in changes:
            if item is not None and _size(item) > MAX_ITEM:
                raise _error("ValidationException", "Item size has exceeded the maximum allowed size")
            before = table.get(key)
            done.append((table, key, before, item))
        for table, key, _, item in done:
            table.put(key, item)
        for watch in self.watchers:
            watch(done)

    def _write(
        self,
        table: str,
        key_of: Item,
        new: Callable[[Item], Item | None],
        ConditionExpression: str | None = None,
        ExpressionAttributeNames: dict[str, str] | None = None,
        ExpressionAttributeValues: Item | None = None,
        ReturnValuesOnConditionCheckFailure: str = "NONE",
    ) -> tuple[Item | None, Item | None]:
        found = self.tables[table]
        key = found.key_of(key_of)
        if key in found.locks:
            raise _error("TransactionConflictException")
        before = found.get(key)
        given = Given(before or {}, ExpressionAttributeNames or {}, ExpressionAttributeValues or {})
        if not holds(ConditionExpression, given):
            shown = {"Item": before} if before and ReturnValuesOnConditionCheckFailure == "ALL_OLD" else {}
            raise _error("ConditionalCheckFailedException", **shown)
        after = new(before or {})
        self._commit([(found, key, after)])
        return before, after

    def _put_item(self, TableName: str, Item: Item, **guard: Any) -> Item:
        self._write(TableName, Item, lambda _: Item, **guard)
        return {}

    def _delete_item(self, TableName: str, Key: Item, **guard: Any) -> Item:
        self._write(TableName, Key, lambda _: None, **guard)
        return {}

    def _update_item(
        self,
        TableName: str,
        Key: Item,
        UpdateExpression: str,
        ReturnValues: str = "NONE",
        **guard: Any,
    ) -> Item:
        names, values = guard.get("ExpressionAttributeNames", {}), guard.get("ExpressionAttributeValues", {})
        before, after = self._write(
            TableName, Key, lambda item: _updated(UpdateExpression, Given({**Key, **item}, names, values)), **guard
        )
        if ReturnValues == "NONE":
            return {}
        shown = after if ReturnValues == "ALL_NEW" else before
        return {"Attributes": shown} if shown else {}

    def _transact_write_items(
        self,
        TransactItems: Sequence[Item],
        ClientRequestToken: str = "",
    ) -> "Generator[float, None, Item]":
        if len(TransactItems) > 100:
            raise _error("ValidationException", "more than 100 items")
        if self._tokens.get(ClientRequestToken, 0) > self._scheduler.now:
            return {}
        if ClientRequestToken in self._in_flight:
            raise _error("TransactionInProgressException")
        parts = [_Part.of(entry, self.tables) for entry in TransactItems]
        if len({(part.table.name, part.key) for part in parts}) < len(parts):
            raise _error("ValidationException", "Transaction request cannot include multiple operations on one item")
        codes = [part.code() for part in parts]
        if any(codes):
            reasons = [{"Code": code or "None"} for code in codes]
            raise _error("TransactionCanceledException", CancellationReasons=reasons)
        number = next(self._transactions)
        for part in parts:
            part.table.locks[part.key] = number
        self._in_flight.add(ClientRequestToken)
        try:
            yield self._time_in_flight()
            self._commit([(part.table, part.key, part.after()) for part in parts if part.kind != "ConditionCheck"])
        finally:
            for part in parts:
                del part.table.locks[part.key]
            self._in_flight.discard(ClientRequestToken)
        if ClientRequestToken:
            self._tokens[ClientRequestToken] = self._scheduler.now + TOKEN_SECONDS
        return {}

    def _time_in_flight(self) -> float:
        return self._scheduler.draw.random() * (0.3 if self._scheduler.chance(self._scheduler.weather.busy) else 0.004)

    # ---- reads

    def _get_item(
        self,
        TableName: str,
        Key: Item,
        ConsistentRead: bool = False,
        **options: Any,
    ) -> Item:
        table = self.tables[TableName]
        item = table.read(table.key_of(Key), ConsistentRead)
        return {"Item": _shown(item, options)} if item is not None else {}

    def _query(self, **request: Any) -> "Generator[float, None, Item]":
        return self._page(request, request["KeyConditionExpression"])

    def _scan(self, **request: Any) -> "Generator[float, None, Item]":
        return self._page(request, None)

    def _page(self, request: dict[str, Any], condition: str | None) -> "Generator[float, None, Item]":
        table = self.tables[request["TableName"]]
        index = request.get("IndexName")
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        consistent = request.get("ConsistentRead", False)
        if consistent and index:
            raise _error("ValidationException", "Consistent reads are not supported on global secondary indexes")

        def seen() -> dict[Key, Item]:
            if condition and index is None:
                pk = values[condition.split("=")[1].split()[0]]["S"]
                view: Iterable[tuple[Key, Item]] = (
                    (((pk, sk), item) for sk, item in table.items.get(pk, {}).items())
                    if consistent
                    else table.view_of(None, False)
                )
            else:
                view = table.view_of(index, consistent)
            return {key: item for key, item in view if holds(condition, Given(item, names, values))}

        found = yield from self._torn(seen)
        order = _order(table, index, ascending=request.get("ScanIndexForward", True), is_scan=condition is None)
        ordered = sorted(found.items(), key=order, reverse=not request.get("ScanIndexForward", True))
        if start := request.get("ExclusiveStartKey"):
            after = order((table.key_of(start), start))
            is_later = (
                (lambda pair: order(pair) > after)
                if request.get("ScanIndexForward", True)
                else (lambda pair: order(pair) < after)
            )
            ordered = [pair for pair in ordered if is_later(pair)]
        limit = min(request.get("Limit", self.page_items), self.page_items)
        page = ordered[:limit]
        kept = [item for _, item in page if holds(request.get("FilterExpression"), Given(item, names, values))]
        answer: Item = {"Count": len(kept), "Items": [_shown(item, request) for item in kept]}
        if len(page) == limit and (len(ordered) > limit or "Limit" in request):
            last = page[-1][1]
            answer["LastEvaluatedKey"] = {
                name: last[name] for name in dict.fromkeys((*table.keys, *(table.indexes[index] if index else ())))
            }
        return answer

    def _torn(self, seen: Callable[[], dict[Key, Item]]) -> "Generator[float, None, dict[Key, Item]]":
        """What is seen at one moment, or a mix of two."""
        first = seen()
        if not first or not self._scheduler.chance(self._scheduler.weather.torn):
            return first
        yield self._scheduler.draw.random() * max(0.02, self._scheduler.weather.pauses)
        second = seen()
        mixed: dict[Key, Item] = {}
        for key in sorted({**first, **second}):
            item = (first if self._scheduler.chance(0.5) else second).get(key)
            if item is not None:
                mixed[key] = item
        return mixed

    # ---- batches

    def _batch_get_item(self, RequestItems: dict[str, Item]) -> "Generator[float, None, Item]":
        [(name, asked)] = RequestItems.items()
        table, consistent = self.tables[name], asked.get("ConsistentRead", False)
        if len(asked["Keys"]) > 100:
            raise _error("ValidationException", "Too many items requested for the BatchGetItem call")
        keys, left = self._part(asked["Keys"])

        def seen() -> dict[Key, Item]:
            pairs = ((key, table.read(key, consistent)) for key in map(table.key_of, keys))
            return {key: item for key, item in pairs if item is not None}

        found = yield from self._torn(seen)
        unread = {name: asked | {"Keys": left}} if left else {}
        return {"Responses": {name: [_shown(item, asked) for item in found.values()]}, "UnprocessedKeys": unread}

    def _batch_write_item(self, RequestItems: dict[str, Sequence[Item]]) -> Item:
        [(name, requests)] = RequestItems.items()
        table = self.tables[name]
        if len(requests) > 25:
            raise _error("ValidationException", "Too many items requested for the BatchWriteItem call")
        done, left = self._part(requests)
        for request in done:
            [(kind, given)] = request.items()
            key = table.key_of(given["Item"] if kind == "PutRequest" else given["Key"])
            if key in table.locks:
                left.append(request)
            else:
                self._commit([(table, key, given.get("Item"))])
        return {"UnprocessedItems": {name: left} if left else {}}

    def _batch_execute_statement(self, Statements: Sequence[Item]) -> Item:
        answers: list[Item] = []
        for statement in Statements:
            match = re.fullmatch(r'INSERT INTO "(.+)" VALUE {(.+)}', statement["Statement"])
            if match is None:
                raise ValueError(f"the model does not know the statement {statement['Statement']}")
            item = dict(zip(re.findall(r"'(\w+)': \?", match[2]), statement["Parameters"], strict=True))
            table = self.tables[match[1]]
            key, code = table.key_of(item), None
            if self._scheduler.chance(self._scheduler.weather.busy):
                code = "ThrottlingError"
            elif key in table.locks:
                code = "TransactionConflict"
            elif table.get(key) is not None:
                code = "DuplicateItem"
            else:
                self._commit([(table, key, item)])
            answers.append({"Error": {"Code": code}} if code else {})
        return {"Responses": answers}

    def _part(self, entries: Sequence[Item]) -> tuple[list[Item], list[Item]]:
        """The entries that a batch gets done, and those left for another try."""
        if self._scheduler.chance(self._scheduler.weather.busy):
            done = self._scheduler.draw.randrange(len(entries))
            return list(entries[:done]), list(entries[done:])
        return list(entries), []

    # ---- what time does

    def expire(self) -> None:
        """Delete what its time to live has ended for, except what ended five years ago: DynamoDB leaves that alone.

        Source: Amazon DynamoDB Developer Guide, "Using time to live (TTL) in DynamoDB".
        """
        now = self._scheduler.now
        for table in self.tables.values():
            for key, item in list(table.all()) if table.ttl else ():
                ends = float(item.get(table.ttl or "", {}).get("N", "inf"))
                if now - 5 * 365 * 86400 < ends < now:
                    self._commit([(table, key, None)])


@dataclass
class _Part:
    """A part of a transaction."""

    kind: str
    table: Table
    key: Key
    request: Item

    @classmethod
    def of(cls, entry: Item, tables: dict[str, Table]) -> "_Part":
        [(kind, request)] = entry.items()
        table = tables[request["TableName"]]
        return cls(kind, table, table.key_of(request["Item"] if kind == "Put" else request["Key"]), request)

    @property
    def _given(self) -> Given:
        names = self.request.get("ExpressionAttributeNames", {})
        return Given(self.table.get(self.key) or {}, names, self.request.get("ExpressionAttributeValues", {}))

    def code(self) -> str | None:
        """Why the transaction is cancelled; None if not for this part."""
        if self.key in self.table.locks:
            return "TransactionConflict"
        return None if holds(self.request.get("ConditionExpression"), self._given) else "ConditionalCheckFailed"

    def after(self) -> Item | None:
        if self.kind == "Put":
            item: Item = self.request["Item"]
            return item
        if self.kind == "Delete":
            return None
        given = self._given
        return _updated(self.request["UpdateExpression"], given._replace(item={**self.request["Key"], **given.item}))


def _updated(change: str, given: Given) -> Item:
    try:
        return updated(change, given)
    except DocumentPathInvalid:
        raise _error("ValidationException", "The document path provided in the update expression is invalid") from None


def _order(table: Table, index: str | None, *, ascending: bool, is_scan: bool) -> Callable[[tuple[Key, Item]], Any]:
    if index is None:
        return lambda pair: pair[0]
    names = table.indexes[index]
    wanted = names if is_scan else names[1:]
    return lambda pair: (*(sortable(pair[1][name]) for name in wanted), pair[0])


def _shown(item: Item, options: Item) -> Item:
    names = options.get("ExpressionAttributeNames", {})
    return dict(projected(options.get("ProjectionExpression"), Given(item, names, {})))


def _size(value: Any) -> int:
    """Bytes of an item, about as DynamoDB counts them."""
    if isinstance(value, dict):
        return sum(len(name) + _size(member) for name, member in value.items())
    if isinstance(value, list):
        return sum(map(_size, value)) + len(value)
    return len(value.encode()) if isinstance(value, str) else 1


def _error(code: str, message: str = "", *, is_fault: bool = False, **members: Any) -> ServerError:
    status = {"HTTPStatusCode": 400}
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": status} | members
    return ServerError(ClientError(answer, "a call"), is_fault=is_fault)


def _no_answer() -> Exception:
    return ConnectionClosedError(endpoint_url="https://dynamodb")


def _words(operation: str, request: dict[str, Any]) -> str:
    if "TransactItems" in request:
        parts = ", ".join(_target(part) for entry in request["TransactItems"] for part in entry.values())
        return f"{operation}({parts})"
    if "RequestItems" in request:
        return f"{operation}({request['RequestItems']})"[:200]
    return f"{operation}({_target(request)})"


def _target(request: dict[str, Any]) -> str:
    key = request.get("Key") or request.get("Item") or request.get("ExpressionAttributeValues") or {}
    named = [next(iter(key[name].values())) for name in ("pk", "sk", ":pk") if name in key] or [str(key)[:80]]
    change = request.get("UpdateExpression", "")
    condition = request.get("ConditionExpression", "")
    words = " ".join(map(str, named)) + (f" {request['IndexName']}" if "IndexName" in request else "")
    return " ".join(filter(None, (words, change, f"if {condition}" if condition else "")))

"""DynamoDB: the one way to read and write tables (many items at once: batches.py).

Each call is tried again while DynamoDB throttles it, fails, does not answer, or another transaction is in the way:
after jittered pauses that grow, for RETRY_SECONDS, and never beyond the end of the invocation. Then it raises
Unavailable (503 with Retry-After). A condition that does not hold raises ConditionFailed, but not where an earlier try
of the same call, which got no answer, may have made it fail: a transaction has a token, a put finds its own item, an
update asks its caller, who knows its own write by what only this call writes (`is_done`), or else raises Unavailable.
Example: a claim of version 3 is made void. The first try is done, but its answer is lost; the second finds version 4,
and among its steps the one that this call adds: so the update returns the claim, instead of a conflict with itself.
"""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings
from payerworks.times import seconds_left

Item = dict[str, dict[str, Any]]
"""An item or a key, each attribute with its type: `{"pk": {"S": "acme"}, "version": {"N": "1"}}`."""
Part = dict[str, Any]
"""One write of a transaction, such as `{"Put": {…}}`."""
IsDone = Callable[[Item], bool]
"""Whether an item as it is now shows that this call, and no other, has written to it."""

TRANSACTION_ITEMS = 100
"""Items of one transaction at most."""
RETRY_SECONDS = 8.0
"""How long a call is tried again. An API call has 29 seconds for all that it does."""
MARGIN_SECONDS = 2.0
"""What is kept of an invocation's time for its answer."""
LONGEST_PAUSE = 1.0
_OLD_ITEM = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}

TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "ThrottlingError",
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "TransactionConflictException",
        "TransactionConflict",
        "TransactionInProgressException",
        "InternalServerError",
    }
)
"""Codes that pass with time: of a call, of the reasons for a cancelled transaction, of one statement of a batch."""
_NOTHING_DONE = TRANSIENT - {"InternalServerError"}


class ConditionFailed(Exception):
    """A condition did not hold; nothing was written.

    item     the item as it is; None where there is none, and for a transaction
    reasons  for a transaction: a code for each of its parts, "None" for those that are not to blame
    """

    def __init__(self, item: Item | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__()
        self.item = item
        self.reasons = reasons


class NoAnswer(Exception):
    """A call that must not be repeated got no answer: it may have been done, or the network may deliver it later."""


def tries(first_pause: float = 0.02) -> Iterator[int]:
    """Count tries from 0, with a pause before each but the first, until the time for retries is over."""
    end = time.monotonic() + min(RETRY_SECONDS, seconds_left() - MARGIN_SECONDS)
    attempt = 0
    while True:
        yield attempt
        attempt += 1
        pause = random.uniform(0, min(LONGEST_PAUSE, first_pause * 2**attempt))
        if time.monotonic() + pause >= end:
            return
        time.sleep(pause)


def busy(detail: str = "The table takes no more calls right now; try again.") -> Unavailable:
    """The error to raise after the last try."""
    return Unavailable(detail, headers={"Retry-After": "1"})


def transact(parts: Sequence[Part], *, once: bool = False) -> None:
    """Commit up to 100 writes, all or none; with `once` a conflict is not waited out.

    Raises ConditionFailed and Unavailable.
    """
    # One token for all tries: a transaction that was committed, though its answer got lost, is not refused.
    call("transact_write_items", once=once, TransactItems=parts, ClientRequestToken=str(uuid.uuid4()))


def call(
    operation: str, *, once: bool = False, is_done: IsDone | None = None, is_repeatable: bool = True, **request: Any
) -> dict[str, Any]:
    """DynamoDB's answer to an operation, by its name in boto3.

    `is_done` is asked if a condition fails after a try without an answer. Raises ConditionFailed and Unavailable, and
    NoAnswer where a call without an answer must not be repeated.
    """
    unanswered = False
    for _ in tries():
        try:
            answer: dict[str, Any] = getattr(client("dynamodb"), operation)(**request)
        except ClientError as error:
            if unanswered and error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return _doubtful(is_done or _own_put(request), error.response)
            _raise_unless_transient(error)
            unanswered |= error.response["Error"]["Code"] not in _NOTHING_DONE
        except (HTTPClientError, NotConnected):
            unanswered = True
        else:
            return answer
        if unanswered and not is_repeatable:
            raise NoAnswer
        if once:
            break
    raise busy()


def _own_put(request: dict[str, Any]) -> IsDone | None:
    return (lambda item: item == request["Item"]) if "Item" in request else None


def _doubtful(is_done: IsDone | None, refusal: Any) -> dict[str, Any]:
    """The answer to a write whose condition fails after a try without an answer, which may have made it fail."""
    if is_done is None:
        # Nothing tells whose update it was. The caller fails as if it had died just after it, and is tried again.
        raise busy()
    item: Item | None = refusal.get("Item")
    if item is None or not is_done(item):
        raise ConditionFailed(item)
    return {"Attributes": item}


def _raise_unless_transient(error: ClientError) -> None:
    answer: Any = error.response
    codes = [answer["Error"]["Code"]]
    if codes == ["ConditionalCheckFailedException"]:
        raise ConditionFailed(answer.get("Item")) from None
    if codes == ["TransactionCanceledException"]:
        codes = [reason.get("Code", "None") for reason in answer.get("CancellationReasons", ())]
        if "ConditionalCheckFailed" in codes:
            raise ConditionFailed(reasons=codes) from None
    if not TRANSIENT.intersection(codes) and answer["ResponseMetadata"]["HTTPStatusCode"] < 500:
        raise error


class Table:
    """A table by the name of its setting: `Table("plans")` is the table that PLANS_TABLE names.

    All its calls raise Unavailable. `options` are members of a call, as DynamoDB's API names them.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    @property
    def name(self) -> str:
        return settings().tables[self._setting]

    def get(self, key: Item, **options: Any) -> Item | None:
        """The item as it is now; None where there is none."""
        item: Item | None = self._call("get_item", Key=key, ConsistentRead=True, **options).get("Item")
        return item

    def query(self, condition: str, values: Item, **options: Any) -> Iterator[Item]:
        """All items of a query, page after page as they are asked for; the option `Limit` is the size of a page."""
        for page in self.query_pages(condition, values, **options):
            yield from page["Items"]

    def query_pages(self, condition: str, values: Item, **options: Any) -> Iterator[dict[str, Any]]:
        """As `query`, the whole answers."""
        return self.pages("query", KeyConditionExpression=condition, ExpressionAttributeValues=values, **options)

    def pages(self, operation: str, **options: Any) -> Iterator[dict[str, Any]]:
        """The answers to a `query` or a `scan`, page after page as they are asked for."""
        while True:
            page = self._call(operation, **options)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            options["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, item: Item, condition: str = "", values: Item | None = None) -> None:
        """Put an item. Raises ConditionFailed."""
        self._call("put_item", Item=item, **_guarded(condition, values), **_OLD_ITEM)

    def put_if(self, condition: str, item: Item, values: Item | None = None) -> bool:
        """Put an item if a condition holds; whether it did."""
        return _held(lambda: self.put(item, condition, values))

    def update(self, key: Item, change: str, values: Item, condition: str = "", **options: Any) -> Item:
        """Change an item; the item after it, or what the option `ReturnValues` asks for. Raises ConditionFailed.

        With the option `is_done`, a change whose answer was lost is not taken for another's; the item is then as it is
        now, perhaps changed again by others.
        """
        request = {"Key": key, "UpdateExpression": change, "ReturnValues": "ALL_NEW"} | _OLD_ITEM
        answer = self._call("update_item", **request | _guarded(condition, values) | options)
        item: Item = answer.get("Attributes", {})
        return item

    def update_if(self, condition: str, key: Item, change: str, values: Item, **options: Any) -> bool:
        """Change an item if a condition holds; whether it did."""
        return _held(lambda: self.update(key, change, values, condition, ReturnValues="NONE", **options))

    def delete(self, key: Item) -> None:
        """Delete an item, if it is there."""
        self._call("delete_item", Key=key)

    def put_part(self, item: Item, condition: str = "", values: Item | None = None) -> Part:
        """A put, as a part of a transaction."""
        return {"Put": {"TableName": self.name, "Item": item} | _guarded(condition, values)}

    def update_part(self, key: Item, change: str, values: Item, condition: str = "", **options: Any) -> Part:
        """An update, as a part of a transaction."""
        request = {"TableName": self.name, "Key": key, "UpdateExpression": change}
        return {"Update": request | _guarded(condition, values) | options}

    def delete_part(self, key: Item, condition: str = "", values: Item | None = None) -> Part:
        """A deletion, as a part of a transaction."""
        return {"Delete": {"TableName": self.name, "Key": key} | _guarded(condition, values)}

    def check_part(self, key: Item, condition: str, values: Item | None = None) -> Part:
        """The requirement that a condition holds for an item that stays as it is, as a part of a transaction."""
        return {"ConditionCheck": {"TableName": self.name, "Key": key} | _guarded(condition, values)}

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        return call(operation, TableName=self.name, **request)


def _held(write: Callable[[], object]) -> bool:
    try:
        write()
    except ConditionFailed:
        return False
    return True


def _guarded(condition: str, values: Item | None) -> dict[str, Any]:
    return ({"ConditionExpression": condition} if condition else {}) | (
        {"ExpressionAttributeValues": values} if values else {}
    )

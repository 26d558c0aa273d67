"""DynamoDB that throttles, conflicts, does half of a batch, or does not answer, as AWS does; and tables put back."""

import contextlib
import copy
import functools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ConnectionClosedError
from moto.core.botocore_stubber import MockRawResponse
from moto.dynamodb.models import dynamodb_backends

from payerworks.aws import client, session
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable
from payerworks.times import begin_invocation
from tests.unit.aws_in_process import ACCOUNT

Body = dict[str, Any]
Fault = Callable[[Body], tuple[int, Body]]
"""From the request of a call to the status and the body of its answer, or a lost answer."""

_READS = ("GetItem", "Query", "Scan", "BatchGetItem")
_STATEMENT_CODES = (
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "TransactionConflict",
    "InternalServerError",
)


def error(code: str, status: int = 400, **members: Any) -> Fault:
    """A call that fails with a code."""
    return lambda _: (status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code} | members)


def _lost(_: Body) -> tuple[int, Body]:
    raise ConnectionClosedError(endpoint_url="https://dynamodb")


def done_and_lost(operation: str, answer: Fault = _lost) -> Fault:
    """A write that takes effect, but its answer is lost, or another."""

    def fault(body: Body) -> tuple[int, Body]:
        with contextlib.suppress(ClientError):
            getattr(_plain(), xform_name(operation))(**body)
            # moto does not know tokens; Faults does.
            _committed.update({body["ClientRequestToken"]} if "ClientRequestToken" in body else ())
        return answer(body)

    return fault


def _nothing_new(_: Body) -> tuple[int, Body]:
    return 200, {}


def cancelled(code: str) -> Fault:
    """A transaction that its last part cancels."""

    def fault(body: Body) -> tuple[int, Body]:
        reasons = [{"Code": "None"} for _ in body["TransactItems"][1:]] + [{"Code": code, "Message": code}]
        return error("TransactionCanceledException", CancellationReasons=reasons)(body)

    return fault


def _unread(body: Body, half: bool = False) -> tuple[int, Body]:
    """A batch of which no key, or only the first half, was read."""
    [(table, asked)] = body["RequestItems"].items()
    keys = asked["Keys"]
    done = len(keys) // 2 if half else 0
    items = _plain().batch_get_item(RequestItems={table: asked | {"Keys": keys[:done]}})["Responses"] if done else {}
    return 200, {"Responses": items, "UnprocessedKeys": {table: asked | {"Keys": keys[done:]}}}


def _unwritten(body: Body, half: bool = False) -> tuple[int, Body]:
    """A batch of which nothing, or only the first half, was written."""
    [(table, requests)] = body["RequestItems"].items()
    done = len(requests) // 2 if half else 0
    if done:
        _plain().batch_write_item(RequestItems={table: requests[:done]})
    return 200, {"UnprocessedItems": {table: requests[done:]}}


def _unexecuted(body: Body, codes: Sequence[str], half: bool = False) -> tuple[int, Body]:
    """A batch of which every statement, or those of its second half, failed."""
    statements = body["Statements"]
    done = len(statements) // 2 if half else 0
    answers = _plain().batch_execute_statement(Statements=statements[:done])["Responses"] if done else []
    failed = [codes[number % len(codes)] for number in range(len(statements) - done)]
    return 200, {"Responses": answers + [{"Error": {"Code": code, "Message": code}} for code in failed]}


_EVERYWHERE = {
    "throttled": error("ThrottlingException"),
    "over capacity": error("ProvisionedThroughputExceededException"),
    "over limit": error("RequestLimitExceeded"),
    "server error": error("InternalServerError", status=500),
    "unavailable": error("ServiceUnavailable", status=503),
    "no answer": _lost,
}
_IN_CONFLICT = error("TransactionConflictException")
_IN_TRANSACTIONS = {
    "in progress": error("TransactionInProgressException"),
    **{f"cancelled by {code}": cancelled(code) for code in _STATEMENT_CODES[:2] + _STATEMENT_CODES[3:4]},
    "done, no answer": done_and_lost("TransactWriteItems"),
}
_OF_STATEMENTS: dict[str, Fault] = {
    **{f"statements {code}": functools.partial(_unexecuted, codes=[code]) for code in _STATEMENT_CODES},
    "half of the statements": functools.partial(_unexecuted, codes=_STATEMENT_CODES, half=True),
}
_OWN: dict[str, dict[str, Fault]] = {
    "PutItem": {"in conflict": _IN_CONFLICT, "done, no answer": done_and_lost("PutItem")},
    "UpdateItem": {"in conflict": _IN_CONFLICT},
    "DeleteItem": {"in conflict": _IN_CONFLICT, "done, no answer": done_and_lost("DeleteItem")},
    "TransactWriteItems": _IN_TRANSACTIONS,
    "BatchGetItem": {"no keys": _unread, "half of the keys": functools.partial(_unread, half=True)},
    "BatchWriteItem": {"no items": _unwritten, "half of the items": functools.partial(_unwritten, half=True)},
    "BatchExecuteStatement": _OF_STATEMENTS,
}


_UNANSWERED = ("server error", "unavailable", "no answer")
"""After these it is unknown whether a call was done."""


def kinds(operation: str) -> dict[str, Fault]:
    """The faults that pass with time and that calls of an operation may meet."""
    return _EVERYWHERE | _OWN.get(operation, {})


def lasting(operation: str) -> dict[str, Fault]:
    """Those of `kinds` that keep a call from ever being done: not where each try does its half, or all."""
    return {name: fault for name, fault in kinds(operation).items() if "half" not in name and "done" not in name}


_committed: set[str] = set()


@functools.cache
def _plain() -> Any:
    return session().create_client("dynamodb")


@dataclass(frozen=True, slots=True)
class Request:
    """A call that was made: DynamoDB's name of the operation, and what it was asked."""

    operation: str
    body: Body


class Faults:
    """Which calls of DynamoDB fail: none, until a method says so.

    `requests` are the calls, failed ones too; `have_written` says whether one that passed was no read.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.have_written = False
        self._choose: Callable[[Request], Fault | None] = lambda _: None

    def none(self) -> None:
        """Let all calls pass from now on, and forget the calls before."""
        self.requests, self.have_written, self._choose = [], False, lambda _: None

    def first(self, *faults: Fault) -> None:
        """The next calls fail so, one after another."""
        self.none()
        left = list(faults)
        self._choose = lambda _: left.pop(0) if left else None

    def at(self, operation: str, number: int, fault: Fault) -> None:
        """The call of an operation with this number, from 0, fails."""
        self.none()

        def choose(request: Request) -> Fault | None:
            made = sum(earlier.operation == operation for earlier in self.requests)
            return fault if request.operation == operation and made == number + 1 else None

        self._choose = choose

    def each(self) -> None:
        """Each call fails in every kind that its operation may meet, before it passes.

        After a batch without an answer a generation of services is begun anew, so each kind of that happens to it once.
        """
        self.none()
        here = threading.local()  # a thread tries one call until it passes
        unanswered = list(_UNANSWERED)

        def choose(request: Request) -> Fault | None:
            if not getattr(here, "left", []):
                faults = kinds(request.operation)
                if "PutRequest" in str(request.body) and "SERVICE#" in str(request.body):
                    faults = {name: faults[name] for name in faults if name not in _UNANSWERED}
                    faults |= {name: kinds(request.operation)[name] for name in unanswered[:1]}
                    del unanswered[:1]
                here.left = [*faults.values(), None]
            fault: Fault | None = here.left.pop(0)
            return fault

        self._choose = choose

    def last(self, fault: Fault, operation: str | None = None, passed: int = 0) -> None:
        """All calls, or those of an operation, fail, after so many have passed."""
        self.none()

        def choose(request: Request) -> Fault | None:
            return fault if operation in (None, request.operation) and len(self.requests) > passed else None

        self._choose = choose

    def __call__(self, request: Any, **_: object) -> AWSResponse | None:
        """Answer a call instead of moto; None leaves it to moto."""
        target = request.headers["X-Amz-Target"]
        name = target.decode() if isinstance(target, bytes) else target
        made = Request(name.rpartition(".")[2], json.loads(request.body))
        self.requests.append(made)
        fault = self._choose(made)
        if made.body.get("ClientRequestToken") in _committed:
            fault = _nothing_new
        if fault is None:
            self.have_written |= made.operation not in _READS
            return None
        # Every handler of the event is called: moto must not take the call for one of AWS.
        request.url = "https://not.aws/"
        return _response(*fault(made.body))


def _response(status: int, body: Body) -> AWSResponse:
    body.pop("ResponseMetadata", None)
    headers = HTTPHeaders.from_dict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse("https://dynamodb", status, headers, MockRawResponse(json.dumps(body).encode()))


@contextlib.contextmanager
def injected() -> Iterator[Faults]:
    """Faults that calls of `client("dynamodb")` meet until the end."""
    faults, events = Faults(), client("dynamodb").meta.events
    _plain()  # made before calls run side by side
    events.register_first("before-send.dynamodb", faults)
    try:
        yield faults
    finally:
        events.unregister("before-send.dynamodb", faults)
        _committed.clear()
        begin_invocation(None)


class Invocation:
    """The context of an invocation that has so much time for retries."""

    def __init__(self, retry_seconds: float = 0.02) -> None:
        self._milliseconds = int(1000 * (MARGIN_SECONDS + retry_seconds))

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@contextlib.contextmanager
def little_time(retry_seconds: float = 0.02) -> Iterator[None]:
    """An invocation that has so much time for retries."""
    begin_invocation(Invocation(retry_seconds))
    try:
        yield
    finally:
        begin_invocation(None)


Tables = dict[str, Any]


def kept_tables() -> Tables:
    """A copy of all tables as they are."""
    copied: Tables = copy.deepcopy(_tables())
    return copied


def put_back(kept: Tables) -> None:
    """Make all tables what they were."""
    _tables().clear()
    _tables().update(copy.deepcopy(kept))


def stored() -> dict[str, list[Any]]:
    """All items of all tables."""
    return {name: [item.to_json()["Attributes"] for item in table.all_items()] for name, table in _tables().items()}


def _tables() -> Tables:
    tables: Tables = dynamodb_backends[ACCOUNT]["us-east-1"].tables
    return tables


def check_lasting_faults(faults: Faults, operation: str, call: Callable[[], object]) -> None:
    """Assert that a call is Unavailable, with Retry-After, under each fault that lasts."""
    for fault in lasting(operation).values():
        faults.last(fault)
        with little_time(), pytest.raises(Unavailable) as raised:
            call()
        assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "1"})

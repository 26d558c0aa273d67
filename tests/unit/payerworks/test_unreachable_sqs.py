"""An SQS that the queues' functions cannot reach, as in a VPC without its endpoint, fails no more than what failed."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from payerworks import aws as clients
from payerworks import messages
from payerworks.aws import client
from payerworks.messages import BatchHandler, sqs_group_handler, sqs_handler
from tests.unit.paused_messages import batch, reported

FAILURES = [
    EndpointConnectionError(endpoint_url="https://sqs"),
    ConnectTimeoutError(endpoint_url="https://sqs"),
    ReadTimeoutError(endpoint_url="https://sqs"),
    NoCredentialsError(),
    CredentialRetrievalError(provider="env", error_msg="expired"),
]
every_failure = pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)


class Unreachable:
    """The queue's calls that failed, by name."""

    def __init__(self, failure: BotoCoreError, operation: str) -> None:
        self.tried: list[str] = []
        self._failure, self.event = failure, f"before-call.sqs{operation}"

    def fail(self, model: Any, **_: object) -> None:
        self.tried.append(model.name)
        raise self._failure


@pytest.fixture
def unreachable(aws: object) -> Iterator[Callable[..., Unreachable]]:
    """Make SQS fail, or one operation of it."""
    made: list[Unreachable] = []

    def fail(failure: BotoCoreError, operation: str = "") -> Unreachable:
        made.append(Unreachable(failure, operation))
        client("sqs").meta.events.register_first(made[-1].event, made[-1].fail)
        return made[-1]

    yield fail
    for each in made:
        client("sqs").meta.events.unregister(each.event, each.fail)


class Work:
    """Work on numbers that fails for even ones."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def one(self, number: int) -> None:
        if number % 2 == 0:
            raise ValueError
        self.done.append(number)

    def group(self, numbers: list[int]) -> None:
        for number in numbers:
            self.one(number)


HANDLERS: dict[str, Callable[[Work], BatchHandler]] = {
    "one by one": lambda work: sqs_handler(work.one),
    "in groups": lambda work: sqs_group_handler(lambda number: number, work.group),
}


@every_failure
@pytest.mark.parametrize("operation", ["", ".ChangeMessageVisibilityBatch"])
@pytest.mark.parametrize("handler", HANDLERS)
def test_the_messages_that_failed_are_reported_alone(
    unreachable: Callable[..., Unreachable],
    caplog: pytest.LogCaptureFixture,
    handler: str,
    operation: str,
    failure: BotoCoreError,
) -> None:
    unreachable(failure, operation)
    work = Work()
    with caplog.at_level(logging.WARNING):
        answer = HANDLERS[handler](work)(batch(range(6)), None)
    assert reported(answer) == ["0", "2", "4"]
    assert work.done == [1, 3, 5]
    [line] = [each for each in caplog.records if each.message == "messages keep their visibility time-out"][:1]
    assert line.__dict__["queue"] == batch([0])["Records"][0]["eventSourceARN"].rpartition(":")[2]


@every_failure
def test_sqs_is_not_waited_for_again_in_the_same_batch(
    unreachable: Callable[..., Unreachable], failure: BotoCoreError
) -> None:
    server = unreachable(failure)
    sqs_handler(Work().one)(batch(range(0, 20, 2)), None)
    assert server.tried == ["GetQueueUrl"]


def test_a_client_that_cannot_be_made_fails_no_batch(aws: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise NoRegionError

    monkeypatch.setattr(messages, "client", refuse)
    assert reported(sqs_handler(Work().one)(batch(range(3)), None)) == ["0", "2"]


def test_a_pause_without_an_answer_fits_into_what_is_left_of_an_invocation(aws: object) -> None:
    config = clients.client("sqs").meta.config
    tries = config.retries["total_max_attempts"]
    longest_wait = tries * max(config.connect_timeout, config.read_timeout) + (tries - 1)  # the first back-off is 1 s
    assert longest_wait < messages.MESSAGE_SECONDS - 12

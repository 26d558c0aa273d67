"""Batches of messages: what happens to them when messages fail, servers hang, or time runs out."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from payerworks import messages
from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.messages import MESSAGE_SECONDS, publish, send, sqs_group_handler, sqs_handler
from payerworks.settings import settings
from tests.unit.clock import Clock
from tests.unit.paused_messages import Pause, batch, pauses, reported

EVERY = [str(number) for number in range(10)]
TIMEOUT = 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def paused(aws: object, clock: Clock) -> Iterator[list[Pause]]:
    with pauses(clock) as made:
        yield made


class Hanging:
    """Work on messages that hangs for a time-out each, and fails."""

    def __init__(self, clock: Clock, seconds: float = 8, *, server: bool = False) -> None:
        self.begun: list[Any] = []
        self._clock, self._seconds, self._server = clock, seconds, server

    def __call__(self, message: Any) -> None:
        self.begun.append(message)
        self._clock.hang(self._seconds)
        down = Unavailable("It does not answer.")
        down.is_hanging = self._server
        raise down


def test_ten_calls_that_hang_leave_every_message_paused_and_reported_in_time(clock: Clock, paused: list[Pause]) -> None:
    work, began = Hanging(clock), clock.now
    answer = sqs_handler(work)(batch(range(10)), clock.invocation(TIMEOUT))
    assert clock.now - began < TIMEOUT
    assert reported(answer) == EVERY
    assert sorted(pause.message for pause in paused) == EVERY
    assert 1 < len(work.begun) < 10


def test_what_is_given_back_was_not_touched_and_everything_begun_had_its_time(
    clock: Clock, paused: list[Pause]
) -> None:
    left: dict[int, float] = {}
    context = clock.invocation(TIMEOUT)

    def work(message: int) -> None:
        left[message] = context.get_remaining_time_in_millis() / 1000
        clock.hang(15)

    answer = sqs_handler(work)(batch(range(10)), context)
    assert min(left.values()) >= MESSAGE_SECONDS
    assert reported(answer) == [number for number in EVERY if int(number) not in left]


def test_a_message_that_fails_is_paused_before_the_next_one_is_begun(clock: Clock, paused: list[Pause]) -> None:
    seen: list[list[str]] = []

    def work(message: int) -> None:
        seen.append([pause.message for pause in paused])
        if message % 2 == 0:
            raise Unavailable("Not now.")

    answer = sqs_handler(work)(batch(range(4)), clock.invocation(TIMEOUT))
    assert seen == [[], ["0"], ["0"], ["0", "2"]]
    assert reported(answer) == ["0", "2"]


def test_after_a_server_hangs_the_rest_of_the_batch_is_given_back_at_once(clock: Clock, paused: list[Pause]) -> None:
    work = Hanging(clock, server=True)
    answer = sqs_handler(work)(batch(range(10)), clock.invocation(TIMEOUT))
    assert len(work.begun) == 1
    assert reported(answer) == sorted(pause.message for pause in paused) == EVERY


def test_an_invocation_with_little_time_works_on_one_message(clock: Clock, paused: list[Pause]) -> None:
    begun: list[int] = []
    answer = sqs_handler(begun.append)(batch([5, 6, 7]), clock.invocation(MESSAGE_SECONDS - 1))
    assert (begun, reported(answer)) == ([5], ["1", "2"])


def test_the_messages_received_most_often_are_first(clock: Clock, paused: list[Pause]) -> None:
    begun: list[int] = []
    answer = sqs_handler(begun.append)(batch(range(4), tries=[1, 7, 1, 3]), clock.invocation(TIMEOUT))
    assert (begun, reported(answer)) == ([1, 3, 0, 2], [])


def test_groups_are_given_back_whole(clock: Clock, paused: list[Pause]) -> None:
    begun: list[list[str]] = []

    def work(group: list[str]) -> None:
        begun.append(group)
        clock.hang(25)

    handler = sqs_group_handler(lambda message: message[0], work)
    answer = handler(batch(["a1", "b1", "a2", "c1", "c2"]), clock.invocation(TIMEOUT))
    assert begun == [["a1", "a2"], ["b1"]]
    assert reported(answer) == sorted(pause.message for pause in paused) == ["3", "4"]


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (5, 32), (8, 256), (9, 300), (100, 300)])
def test_a_pause_doubles_with_each_try(clock: Clock, paused: list[Pause], tries: int, seconds: int) -> None:
    sqs_handler(Hanging(clock))(batch([1, 2], tries=[tries] * 2), clock.invocation(TIMEOUT))
    assert [pause.seconds for pause in paused] == [seconds] * 2


def test_a_pause_has_the_least_length_that_a_queue_needs(clock: Clock, paused: list[Pause]) -> None:
    handler = sqs_handler(Hanging(clock, server=True), shortest_pause=8)
    handler(batch(range(5), tries=[1, 2, 3, 4, 5]), clock.invocation(TIMEOUT))
    assert {pause.message: pause.seconds for pause in paused} == {"0": 8, "1": 8, "2": 8, "3": 16, "4": 32}


def test_a_queue_that_does_not_take_a_pause_changes_nothing_else(aws: object, clock: Clock) -> None:
    def hang(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://sqs")

    events = client("sqs").meta.events
    events.register_first("before-call.sqs", hang)
    try:
        answer = sqs_handler(Hanging(clock))(batch(range(10)), clock.invocation(TIMEOUT))
    finally:
        events.unregister("before-call.sqs", hang)
    assert reported(answer) == EVERY


def test_what_a_last_try_has_settled_is_not_reported(clock: Clock, paused: list[Pause], environment: Any) -> None:
    environment(MESSAGE_TRIES="3")
    settled: list[Any] = []
    handler = sqs_handler(Hanging(clock), last_try=settled.append)
    answer = handler(batch(range(3), tries=[1, 3, 3]), clock.invocation(TIMEOUT))
    assert (settled, reported(answer)) == ([1, 2], ["0"])
    assert [pause.message for pause in paused] == ["0"]


def test_a_last_try_that_nothing_settles_is_one_failure_of_the_server_that_hangs(
    clock: Clock, paused: list[Pause], environment: Any, caplog: pytest.LogCaptureFixture
) -> None:
    environment(MESSAGE_TRIES="3")
    work = Hanging(clock, server=True)
    answer = sqs_handler(work)(batch(range(3), tries=[3, 1, 1]), clock.invocation(TIMEOUT))
    assert (work.begun, reported(answer)) == ([0], ["0", "1", "2"])
    assert [record.message for record in caplog.records] == ["message failed", "messages given back"]


def test_messages_given_back_are_logged_without_their_content(
    clock: Clock, paused: list[Pause], caplog: pytest.LogCaptureFixture
) -> None:
    sqs_handler(Hanging(clock, server=True))(batch(["secret"] * 3), clock.invocation(TIMEOUT))
    [line] = [vars(record) for record in caplog.records if record.message == "messages given back"]
    assert (line["messages"], line["reason"]) == (2, "a server hangs")
    assert "secret" not in json.dumps(line, default=str)


def test_a_pause_is_never_longer_than_the_longest() -> None:
    assert max(messages.pause_seconds(tries, 8) for tries in range(1, 1001)) == messages.LONGEST_PAUSE


def test_work_that_knows_its_time_is_told_the_seconds_that_the_invocation_has_left(
    clock: Clock, paused: list[Pause]
) -> None:
    left: list[float] = []
    handler = sqs_handler(lambda message, seconds_left: left.append(seconds_left()), knows_time=True)
    assert reported(handler(batch([1]), clock.invocation(TIMEOUT))) == []
    assert left == [TIMEOUT]


@pytest.mark.parametrize(("more", "sizes"), [(0, [2]), (1, [1, 1])])
def test_messages_are_sent_together_up_to_the_limit_of_a_batch(
    monkeypatch: pytest.MonkeyPatch, aws: object, more: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(messages, "BATCH_BYTES", 40)
    sent: list[int] = []
    listen = client("sqs").meta.events.register
    listen("provide-client-params.sqs.SendMessageBatch", lambda params, **_: sent.append(len(params["Entries"])))
    url = client("sqs").create_queue(QueueName="sizes")["QueueUrl"]
    messages.send(url, [{"a": "x" * 12}, {"a": "y" * (12 + more)}])
    assert sent == sizes


@pytest.mark.parametrize("publishes", [False, True])
def test_messages_of_a_tenant_are_a_group_so_that_queues_are_fair(publishes: bool, call: object) -> None:
    sent: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:
        body = params["body"]
        sent.append(body if isinstance(body, dict) else json.loads(body))

    name = "before-call.sns.PublishBatch" if publishes else "before-call.sqs.SendMessageBatch"
    service = client("sns" if publishes else "sqs")
    service.meta.events.register(name, keep)
    messages = [{"tenant": "acme", "n": 1}, {"tenant": "zen", "n": 2}, {"tenant": "", "n": 3}, {"n": 4}]
    if publishes:
        publish(settings().topics["claim_operations"], messages)
    else:
        send(settings().queues["intake_chunks"], messages)
    service.meta.events.unregister(name, keep)
    if publishes:
        groups = [sent[0].get(f"PublishBatchRequestEntries.member.{number}.MessageGroupId") for number in range(1, 5)]
    else:
        groups = [entry.get("MessageGroupId") for entry in sent[0]["Entries"]]
    assert groups == ["acme", "zen", None, None]

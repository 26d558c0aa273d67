"""Crashes, lost answers and repeats around the marker of an Idempotency-Key: the operation is done once."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from payerworks import idempotency, json_text
from payerworks.aws import client
from payerworks.errors import BadInput, Conflict, PayerworksError, Unavailable
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from payerworks.settings import settings
from tests.unit.conftest import api_event
from tests.unit.dynamodb_faults import Faults, done_and_lost, error, injected, little_time
from tests.unit.interleaving import before_call

KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def request_(aws: object) -> Request:
    return Request(api_event("plans/create_plan", headers=KEY))


@pytest.fixture
def faults(aws: object, pauses: list[float]) -> Iterator[Faults]:
    with injected() as found:
        yield found


class Died(Exception):
    pass


class Raising:
    """An operation that raises; `seeds` are those that it was run with."""

    def __init__(self, raised: Exception) -> None:
        self.seeds: list[str] = []
        self._raised = raised

    def __call__(self, seed: str) -> Answer:
        self.seeds.append(seed)
        raise self._raised


def done(seed: str) -> Answer:
    return Answer(201, f"done {seed}")


def marker() -> dict[str, Any]:
    [item] = client("dynamodb").scan(TableName=settings().tables["requests"])["Items"]
    marker: dict[str, Any] = item
    return marker


def die(request: Request, monkeypatch: pytest.MonkeyPatch) -> str:
    """A call that dies while it runs, so long ago that its lock is over; its seed."""
    run = Raising(Died())
    with pytest.raises(Died):
        idempotent(request, "{}", run)
    later = time.time() + idempotency.LOCK_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    [seed] = run.seeds
    return str(seed)


@pytest.mark.parametrize(
    "fault", [done_and_lost("PutItem"), done_and_lost("PutItem", error("InternalServerError", 500))]
)
def test_a_call_whose_own_marker_got_no_answer_runs(request_: Request, faults: Faults, fault: Any) -> None:
    faults.first(fault)
    assert idempotent(request_, "{}", done).status == 201
    assert idempotent(request_, "{}", Raising(Died())).headers == {"Idempotency-Replayed": "true"}


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_a_call_that_takes_over_without_an_answer_runs_and_locks_nobody_out(
    request_: Request, faults: Faults, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    seed = die(request_, monkeypatch)
    faults.at(operation, 0 if operation == "UpdateItem" else 1, done_and_lost(operation))
    assert idempotent(request_, "{}", done).text == f"done {seed}"
    assert idempotent(request_, "{}", Raising(Died())).text == f"done {seed}"


@pytest.mark.parametrize("other_dies", [False, True])
def test_of_two_that_take_over_one_runs(request_: Request, monkeypatch: pytest.MonkeyPatch, other_dies: bool) -> None:
    seed = die(request_, monkeypatch)
    ran: list[str] = []

    def run(seed: str) -> Answer:
        ran.append(seed)
        if other_dies:
            raise Died
        return done(seed)

    def another() -> None:
        with contextlib.suppress(Died):
            idempotent(request_, "{}", run)

    with before_call("PutItem", another, number=1), pytest.raises(Conflict):
        idempotent(request_, "{}", run)
    assert ran == [seed]
    if not other_dies:
        assert idempotent(request_, "{}", Raising(Died())).text == f"done {seed}"


def test_a_first_call_that_ends_just_before_it_is_taken_over_keeps_its_answer(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    die(request_, monkeypatch)

    def end() -> None:
        key, kept = {"pk": marker()["pk"]}, {":kept": {"S": '[201,{},"of the first call","application/json"]'}}
        table = settings().tables["requests"]
        change = {"UpdateExpression": "SET answer = :kept", "ExpressionAttributeValues": kept}
        client("dynamodb").update_item(TableName=table, Key=key, **change)

    with before_call("PutItem", end, number=1), pytest.raises(Conflict):
        idempotent(request_, "{}", Raising(Died()))
    assert idempotent(request_, "{}", Raising(Died())).text == "of the first call"


@pytest.mark.parametrize("late", [None, BadInput("late"), Unavailable("late")])
def test_a_call_that_was_taken_over_changes_the_marker_no_more(
    request_: Request, monkeypatch: pytest.MonkeyPatch, late: Exception | None
) -> None:
    now = time.time()

    def run_slowly(seed: str) -> Answer:
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda: now + idempotency.LOCK_SECONDS + 1)
            assert idempotent(request_, "{}", done).text == f"done {seed}"
        if late:
            raise late
        return Answer(200, "late")

    with contextlib.suppress(PayerworksError):
        idempotent(request_, "{}", run_slowly)
    assert idempotent(request_, "{}", Raising(Died())).status == 201


@pytest.mark.parametrize("took_over", [False, True])
def test_a_repeat_after_a_5xx_goes_on_at_once_with_the_same_seed(
    request_: Request, monkeypatch: pytest.MonkeyPatch, took_over: bool
) -> None:
    seed = die(request_, monkeypatch) if took_over else None
    run = Raising(Unavailable("No answer."))
    with pytest.raises(Unavailable):
        idempotent(request_, "{}", run)
    [failed] = run.seeds
    assert seed in (None, failed)
    assert idempotent(request_, "{}", Raising(Died()), resume=done).text == f"done {failed}"


def test_only_a_repeat_of_a_call_without_an_answer_resumes(request_: Request) -> None:
    with pytest.raises(Died):
        idempotent(request_, "{}", Raising(Died()), resume=done)
    other = Request(api_event("plans/create_plan", headers={"Idempotency-Key": "k-2"}))
    with pytest.raises(BadInput):
        idempotent(other, "{}", Raising(BadInput("wrong")), resume=done)
    assert idempotent(other, "{}", lambda _: Answer(200, "run"), resume=done).text == "run"


def test_a_key_that_an_error_freed_takes_any_request_and_is_removed_in_time(request_: Request) -> None:
    run = Raising(BadInput("wrong"))
    with pytest.raises(BadInput):
        idempotent(request_, "{}", run)
    # DynamoDB removes what expired less than five years ago.
    assert abs(int(marker()["expires"]["N"]) - time.time()) < 60
    assert (seed := idempotent(request_, "[]", done).text) == f"done {marker()['seed']['S']}"
    assert seed != f"done {run.seeds[0]}"
    assert int(marker()["expires"]["N"]) > time.time() + idempotency.LIFE_SECONDS - 60


def test_a_key_that_was_freed_by_a_clock_ahead_is_free(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: now + 20)
        with pytest.raises(BadInput):
            idempotent(request_, "{}", Raising(BadInput("wrong")))
    assert idempotent(request_, "[]", done).status == 201


def test_a_marker_that_is_taken_over_late_lives_as_long_as_a_new_one(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = die(request_, monkeypatch)
    begun = time.time()
    monkeypatch.setattr(time, "time", lambda: begun + idempotency.LIFE_SECONDS - 60)
    with pytest.raises(Died):
        idempotent(request_, "{}", Raising(Died()))
    monkeypatch.setattr(time, "time", lambda: begun + idempotency.LIFE_SECONDS + 60)
    assert idempotent(request_, "{}", done).text == f"done {seed}"


@pytest.mark.parametrize(
    ("character", "kept"), [("x", True), ('"', False), ("\n", False), ("\x01", False), ("é", False)]
)
def test_the_text_of_an_answer_is_measured_as_it_is_kept(request_: Request, character: str, kept: bool) -> None:
    text = character * (idempotency.MAX_KEPT - 1000)
    assert idempotent(request_, "{}", lambda _: Answer(201, text, {"ETag": '"1"'})).text == text
    size = sum(len(name) + len(next(iter(value.values()))) for name, value in marker().items())
    assert size < 400_000
    repeated = idempotent(request_, "{}", Raising(Died()), lambda first, seed: Answer(first.status, f"of {seed}"))
    assert repeated.text == (text if kept else f"of {marker()['seed']['S']}")
    assert json_text.read(marker()["answer"]["S"])[:2] == [201, {"ETag": '"1"'}]


def test_a_marker_that_gets_no_answer_in_all_tries_is_503(request_: Request, faults: Faults) -> None:
    faults.last(done_and_lost("PutItem"))
    with little_time(), pytest.raises(Unavailable):
        idempotent(request_, "{}", Raising(Died()))

from typing import Any

import pytest

from payerworks import idempotency
from payerworks.errors import Conflict, NotFound, Unprocessable
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from tests.unit.conftest import api_event

KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def request_(aws: object) -> Request:
    return Request(api_event("plans/create_plan", headers=KEY))


class Died(Exception):
    pass


def die(seed: str) -> Answer:
    raise Died(seed)


def test_a_retry_after_a_crash_runs_again_with_the_same_seed(request_: Request, monkeypatch: Any) -> None:
    with pytest.raises(Died) as first:
        idempotent(request_, "{}", die)
    with pytest.raises(Conflict) as running:
        idempotent(request_, "{}", lambda seed: Answer(200))
    assert 0 < int(running.value.headers["Retry-After"]) <= idempotency.LOCK_SECONDS
    later = idempotency.time.time() + idempotency.LOCK_SECONDS + 1
    monkeypatch.setattr(idempotency.time, "time", lambda: later)
    seeds = []

    def run(seed: str) -> Answer:
        seeds.append(seed)
        return Answer(201, "done")

    assert idempotent(request_, "{}", run).text == "done"
    assert seeds == [str(first.value)]
    again = idempotent(request_, "{}", run)
    assert (again.status, again.text, again.headers) == (201, "done", {"Idempotency-Replayed": "true"})
    assert len(seeds) == 1


def test_the_same_key_for_another_body_is_refused(request_: Request) -> None:
    idempotent(request_, "{}", lambda seed: Answer(200))
    with pytest.raises(Unprocessable):
        idempotent(request_, "[]", lambda seed: Answer(200))


def test_an_error_is_not_kept(request_: Request) -> None:
    def fail(seed: str) -> Answer:
        raise NotFound("There is none.")

    with pytest.raises(NotFound):
        idempotent(request_, "{}", fail)
    assert idempotent(request_, "[]", lambda seed: Answer(200)).status == 200


def test_without_a_key_every_call_runs(aws: object) -> None:
    request = Request(api_event("plans/create_plan"))
    seeds = {idempotent(request, "{}", lambda seed: Answer(200, seed)).text for _ in range(3)}
    assert len(seeds) == 3

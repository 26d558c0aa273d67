from typing import Any

import pytest

from payerworks import idempotency
from payerworks.errors import BadInput, Conflict, NotFound, Unprocessable
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
    assert running.value.headers["Retry-After"] == "1"
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


def test_an_answer_without_a_body_is_kept_whole_and_restored_from_nothing(request_: Request) -> None:
    def restore(kept: Answer, seed: str) -> Answer:
        raise AssertionError("there was no body to restore")

    first = idempotent(request_, "{}", lambda seed: Answer(204), restore)
    again = idempotent(request_, "{}", lambda seed: Answer(500), restore)
    assert (first.status, again.status, again.text) == (204, 204, None)


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


def with_key(key: str, **changes: Any) -> Request:
    return Request(api_event("plans/create_plan", headers={"Idempotency-Key": key}, **changes))


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "schlüssel", "a\tb"])
def test_a_key_of_other_than_1_to_255_visible_characters_is_400(aws: object, key: str) -> None:
    with pytest.raises(BadInput):
        idempotent(with_key(key), {}, lambda seed: Answer(200))


def test_a_key_may_have_255_visible_characters(aws: object) -> None:
    assert idempotent(with_key('"~!' + "k" * 252), {}, lambda seed: Answer(200)).status == 200


def test_members_in_another_order_are_the_same_request(request_: Request) -> None:
    first = idempotent(request_, {"a": [1, {"b": 2, "c": 3}], "d": 4}, lambda seed: Answer(201, seed))
    again = idempotent(request_, {"d": 4, "a": [1, {"c": 3, "b": 2}]}, lambda seed: Answer(201, seed))
    assert again.text == first.text
    for other in ({"a": [{"b": 2, "c": 3}, 1], "d": 4}, {"a": [1, {"b": 2, "c": 3}], "d": 5}):
        with pytest.raises(Unprocessable):
            idempotent(request_, other, lambda seed: Answer(201))


def test_another_path_is_another_request(aws: object) -> None:
    idempotent(with_key("k", path={"id": "1"}), None, lambda seed: Answer(200))
    with pytest.raises(Unprocessable):
        idempotent(with_key("k", path={"id": "2"}), None, lambda seed: Answer(200))

"""A POST with an Idempotency-Key whose answer was lost: the repeat finds the version that it made."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from payerworks import idempotency
from payerworks.aws import client
from plans import create_plan, delete_plan, get_plan, list_plan_history, patch_plan
from tests.unit.conftest import Call
from tests.unit.dynamodb_faults import Invocation, done_and_lost, error, injected
from tests.unit.interleaving import before_call
from tests.unit.plans.plans import PLAN, changed, large_plan

KEY = {"Idempotency-Key": "k-1"}
NO_TIME = Invocation(0)
"""An invocation in which no call of DynamoDB is tried again."""
Answer = dict[str, Any]


class Died(Exception):
    pass


def _die() -> None:
    raise Died


@pytest.fixture
def post(call: Call) -> Callable[..., Answer]:
    """POST the plan of the events with one key; `before_call` and the like may keep it from its answer."""
    return lambda body=PLAN, **options: call(
        create_plan.handler, "plans/create_plan", body=body, headers=KEY, **options
    )


@pytest.fixture
def others(call: Call) -> dict[str, Callable[[], None]]:
    """What others may do in the meantime, by its name."""

    def delete() -> None:
        assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200

    def make(number: int = 0) -> None:
        body = changed(planType=f"another {number}")
        assert call(create_plan.handler, "plans/create_plan", body=body)["statusCode"] == 201

    def patch() -> None:
        assert call(patch_plan.handler, "plans/patch_plan")["statusCode"] == 200

    def make_again() -> None:
        delete()
        make()

    def make_again_often() -> None:
        for number in range(3):
            delete()
            make(number)
            patch()

    return {
        "nothing": lambda: None,
        "changed": patch,
        "deleted": delete,
        "made again": make_again,
        "made again often": make_again_often,
    }


def versions(call: Call) -> list[str]:
    """The operations of the plan's history, the first one first."""
    answer = call(list_plan_history.handler, "plans/list_plan_history")
    return [item["operation"] for item in reversed(answer["json"]["items"])] if answer["statusCode"] == 200 else []


WHAT = ["nothing", "changed", "deleted", "made again", "made again often"]


@pytest.mark.parametrize("happened", WHAT)
def test_a_repeat_after_a_crash_answers_what_the_first_call_made(
    call: Call, post: Any, others: Any, monkeypatch: pytest.MonkeyPatch, happened: str
) -> None:
    # The call dies after its commit, before its answer is kept.
    with before_call("UpdateItem", _die), pytest.raises(Died):
        post()
    others[happened]()
    before, current = versions(call), call(get_plan.handler, "plans/get_plan")
    later = time.time() + idempotency.LOCK_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    again = post()
    assert (again["statusCode"], again["json"]) == (201, PLAN)
    assert again["headers"]["ETag"].startswith('"1-')
    assert again["headers"]["Location"] == f"plan/{PLAN['objectId']}"
    assert versions(call) == before
    assert call(get_plan.handler, "plans/get_plan")["body"] == current["body"] or current["statusCode"] == 404
    assert (post()["body"], post()["headers"]["ETag"]) == (again["body"], again["headers"]["ETag"])


@pytest.mark.parametrize("happened", WHAT)
def test_a_repeat_after_a_commit_without_an_answer_finds_it_at_once(
    call: Call, post: Any, others: Any, happened: str
) -> None:
    with injected() as faults:
        faults.at("TransactWriteItems", 0, done_and_lost("TransactWriteItems"))
        assert post(context=NO_TIME)["statusCode"] == 503
    others[happened]()
    before = versions(call)
    again = post()
    assert (again["statusCode"], again["json"]) == (201, PLAN)
    assert again["headers"]["ETag"].startswith('"1-')
    assert versions(call) == before


def test_a_repeat_after_a_503_without_a_commit_makes_the_plan(call: Call, post: Any) -> None:
    with injected() as faults:
        faults.last(error("ThrottlingException"), "TransactWriteItems")
        assert post(context=NO_TIME)["statusCode"] == 503
    assert versions(call) == []
    assert post()["statusCode"] == 201
    assert versions(call) == ["created"]


@pytest.mark.parametrize(
    ("existed", "operation"), [(False, "TransactWriteItems"), (True, "TransactWriteItems"), (True, "Query")]
)
def test_a_first_commit_that_comes_late_is_found_by_the_repeat(
    call: Call, post: Any, others: Any, existed: bool, operation: str
) -> None:
    if existed:
        call(create_plan.handler, "plans/create_plan", body=changed(planType="earlier"))
        others["deleted"]()
    sent: list[Any] = []

    def keep(params: Any, **_: Any) -> None:
        sent.append(params)
        raise Died

    events = client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb.TransactWriteItems", keep)
    with pytest.raises(Died):
        post()
    events.unregister("provide-client-params.dynamodb.TransactWriteItems", keep)
    table = client("dynamodb")
    with pytest.MonkeyPatch.context() as patched:
        later = time.time() + idempotency.LOCK_SECONDS + 1
        patched.setattr(time, "time", lambda: later)
        with before_call(operation, lambda: table.transact_write_items(**sent[0])):
            again = post()
    assert (again["statusCode"], again["json"]) == (201, PLAN)
    assert versions(call) == (["created", "deleted", "created"] if existed else ["created"])


def test_a_repeat_of_a_large_plan_finds_it(call: Call, post: Any, others: Any) -> None:
    plan = large_plan(150)
    with injected() as faults:
        faults.at("TransactWriteItems", 0, done_and_lost("TransactWriteItems"))
        assert post(plan, context=NO_TIME)["statusCode"] == 503
    others["made again"]()
    again = post(plan)
    assert (again["statusCode"], again["json"]) == (201, plan)


def test_a_repeat_whose_first_call_made_nothing_is_refused_if_others_made_the_plan(
    call: Call, post: Any, others: Any
) -> None:
    call(create_plan.handler, "plans/create_plan", body=changed(planType="earlier"))
    with injected() as faults:
        faults.last(error("ThrottlingException"), "GetItem")
        assert post(context=NO_TIME)["statusCode"] == 503
    assert post()["statusCode"] == 409
    assert versions(call) == ["created"]

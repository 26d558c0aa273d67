"""A read that a write overtakes answers a version that there was, never a mix of two."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payerworks.aws import client
from plans import create_plan, get_plan, patch_plan, replace_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed


@pytest.fixture
def before_query(aws: object) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Before the next Query, do something else, once."""
    left: list[Callable[[], object]] = []

    def meanwhile(**_: object) -> None:
        if left:
            left.pop()()

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.Query", meanwhile)
    yield left.append
    events.unregister("before-call.dynamodb.Query", meanwhile)


def new_plan() -> dict[str, Any]:
    """The plan with another type and another service."""
    plan = copy.deepcopy(PLAN)
    plan["linkedPlanServices"][0]["linkedService"]["name"] = "new"
    return plan | {"planType": "new"}


def test_a_reader_that_a_writer_overtakes_answers_one_version(call: Call, before_query: Any) -> None:
    created = call(create_plan.handler, "plans/create_plan")
    written: list[dict[str, Any]] = []
    before_query(lambda: written.append(call(replace_plan.handler, "plans/replace_plan", body=new_plan())))
    answer = call(get_plan.handler, "plans/get_plan")
    versions = {plan["headers"]["ETag"]: plan["body"] for plan in (created, *written)}
    assert len(versions) == 2
    assert answer["statusCode"] == 200
    assert versions[answer["headers"]["ETag"]] == answer["body"]


def test_a_writer_that_another_overtakes_changes_what_the_other_left(call: Call, before_query: Any) -> None:
    call(create_plan.handler, "plans/create_plan")
    before_query(lambda: call(replace_plan.handler, "plans/replace_plan", body=new_plan()))
    patch = [{"op": "replace", "path": "/_org", "value": "later"}]
    headers = {"Content-Type": "application/json-patch+json"}
    answer = call(patch_plan.handler, "plans/patch_plan", body=patch, headers=headers)
    assert answer["json"] == new_plan() | {"_org": "later"}
    assert call(get_plan.handler, "plans/get_plan")["json"] == new_plan() | {"_org": "later"}


@pytest.mark.parametrize("word", ["search", "es_data", "es_plan", "schema"])
def test_a_plan_cannot_have_a_word_of_the_paths_as_its_id(call: Call, word: str) -> None:
    answer = call(create_plan.handler, "plans/create_plan", body=changed(objectId=word))
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/objectId")

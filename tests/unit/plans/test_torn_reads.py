"""A read of a plan gives the version of its root, whatever is written between its calls, and always ends."""

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from plans.plan.document import SERVICES
from plans.storage import repository
from plans.storage.items import LAST_VERSION_SK
from tests.unit.conftest import Call
from tests.unit.interleaving import after_call, answers_without, before_call
from tests.unit.plans.plans import PLAN, changed, large_plan

PLAN_ID: str = PLAN["objectId"]
SMALL = large_plan(6)
MINIMAL = {"Prefer": "return=minimal"}
Answer = dict[str, Any]


def copay(number: int, amount: int, plan: dict[str, Any] = SMALL) -> dict[str, Any]:
    """The change of one service."""
    object_id = plan[SERVICES][number]["objectId"]
    return {SERVICES: [{"objectId": object_id, "planserviceCostShares": {"copay": amount}}]}


def without(number: int) -> dict[str, Any]:
    return SMALL | {SERVICES: SMALL[SERVICES][:number] + SMALL[SERVICES][number + 1 :]}


def with_new_first() -> dict[str, Any]:
    new = json.loads(json.dumps(SMALL[SERVICES][0]).replace("-0", "-new"))
    return SMALL | {SERVICES: [new, *SMALL[SERVICES]]}


@pytest.fixture
def patch(call: Call) -> Callable[..., Answer]:
    return lambda body, **headers: call(patch_plan.handler, "plans/patch_plan", body=body, headers=headers)


@pytest.fixture
def replace(call: Call) -> Callable[[Any], Answer]:
    return lambda body: call(replace_plan.handler, "plans/replace_plan", body=body)


@pytest.fixture
def get(call: Call) -> Callable[..., Answer]:
    return lambda **query: call(get_plan.handler, "plans/get_plan", query=query)


@pytest.fixture
def made(call: Call) -> Answer:
    return call(create_plan.handler, "plans/create_plan", body=SMALL)


@pytest.mark.parametrize(
    "way",
    [
        "one service",
        "its own members",
        "twice the same",
        "a removal",
        "a service more",
        "another order",
        "a generation",
    ],
)
def test_what_is_written_between_root_and_services_is_undone(
    call: Call, patch: Any, replace: Any, get: Any, made: Answer, way: str
) -> None:
    writes: dict[str, list[Callable[[], Answer]]] = {
        "one service": [lambda: patch(copay(2, 7))],
        "its own members": [lambda: patch({"planType": "other"})],
        "twice the same": [lambda: patch(copay(2, 7)), lambda: patch(copay(2, 8) | {"planType": "other"})],
        "a removal": [lambda: replace(without(3)), lambda: patch(copay(2, 7))],
        "a service more": [lambda: replace(with_new_first()), lambda: patch(copay(0, 7, with_new_first()))],
        "another order": [lambda: replace(SMALL | {SERVICES: SMALL[SERVICES][::-1]})],
        "a generation": [lambda: patch(copay(1, 5)), lambda: replace(large_plan(120)), lambda: patch(copay(2, 7))],
    }
    statuses = []
    with before_call("Query", lambda: statuses.extend(write()["statusCode"] for write in writes[way])):
        answer = get()
    assert set(statuses) == {200}
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (
        200,
        made["body"],
        made["headers"]["ETag"],
    )
    assert get()["headers"]["ETag"].startswith(f'"{len(statuses) + 1}-')


def test_a_plan_that_is_deleted_while_it_is_read_reads_as_it_was(
    call: Call, patch: Any, get: Any, made: Answer
) -> None:
    def change_and_delete() -> None:
        patch(copay(2, 7))
        call(delete_plan.handler, "plans/delete_plan")

    with before_call("Query", change_and_delete):
        answer = get()
    assert (answer["statusCode"], answer["body"]) == (200, made["body"])
    assert get()["statusCode"] == 404


def test_pages_of_services_as_of_several_versions_make_one_version(call: Call, patch: Any, get: Any) -> None:
    plan = large_plan(90)
    for service in plan[SERVICES]:
        service["note"] = "x" * 30_000
    first = call(create_plan.handler, "plans/create_plan", body=plan)
    amounts = itertools.count(100)

    def change_all_pages() -> None:
        for number in (5, 45, 85):
            assert patch(copay(number, next(amounts), plan), **MINIMAL)["statusCode"] == 204

    with before_call("Query", change_all_pages, times=3):
        answer = get()
    assert (answer["statusCode"], answer["headers"]["ETag"]) == (200, first["headers"]["ETag"])
    assert answer["body"] == first["body"]


def test_a_storm_of_writers_does_not_keep_a_reader_from_its_answer(
    patch: Any, replace: Any, get: Any, made: Answer
) -> None:
    amounts = itertools.count(100)
    etags = [made["headers"]["ETag"]]

    def write() -> None:
        number = next(amounts)
        etags.append(patch(copay(number % 6, number))["headers"]["ETag"])

    with before_call("*", write, times=1000):
        answer = get()
        past = get(version="1")
    assert answer["statusCode"] == past["statusCode"] == 200
    assert (past["body"], past["headers"]["ETag"]) == (made["body"], made["headers"]["ETag"])
    version = etags.index(answer["headers"]["ETag"]) + 1
    assert get(version=str(version))["body"] == answer["body"]


@pytest.mark.parametrize("moment", range(5))
def test_a_past_version_is_what_it_was_if_the_plan_changes_at_any_moment(
    patch: Any, replace: Any, get: Any, made: Answer, moment: int
) -> None:
    second = patch(copay(2, 7))
    patch({"planType": "third"})

    def change() -> None:
        patch(copay(2, 9) | {"planType": "fourth"})
        replace(large_plan(120))

    with before_call("*", change, number=moment):
        answer = get(version="2")
    assert (answer["statusCode"], answer["body"]) == (200, second["body"])


def is_version(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda item: item["sk"]["S"] == f"VERSION#{number:010}"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def test_a_transaction_that_dynamodb_is_still_applying_is_waited_for(
    patch: Any, get: Any, made: Answer, pauses: list[float]
) -> None:
    # A Query is not isolated from a transaction: the service can be read before the VERSION item beside it.
    with before_call("Query", lambda: patch(copay(2, 7))), answers_without("Query", is_version(2), times=3):
        answer = get()
    assert (answer["statusCode"], answer["body"]) == (200, made["body"])
    assert len(pauses) == 3


def test_a_version_that_the_root_names_already_is_waited_for(
    patch: Any, get: Any, made: Answer, pauses: list[float]
) -> None:
    second = patch(copay(2, 7))
    with answers_without("GetItem", is_version(2), times=2):
        assert get(version="2")["body"] == second["body"]
    with answers_without("GetItem", is_version(2), times=2):
        assert get(asOf="9999-12-31")["body"] == second["body"]


def test_history_that_does_not_list_a_version_yet_makes_the_whole_plan_be_indexed(patch: Any, made: Answer) -> None:
    patch(copay(2, 7))
    patch(copay(3, 7))
    root = repository.live_root("acme", PLAN_ID)
    object_ids = [SMALL[SERVICES][number]["objectId"] for number in (2, 3)]
    assert sorted(repository.services_changed(root, 1) or ()) == object_ids
    with answers_without("Query", lambda item: item["changed"]["L"] == [{"S": object_ids[1]}], times=1):
        assert repository.services_changed(root, 1) is None


def test_no_version_comes_after_the_last_sort_key() -> None:
    assert f"VERSION#{10**10 - 1:010}" < LAST_VERSION_SK


@pytest.mark.parametrize("then", ["deleted", "changed", "changed many times", "replaced", "made again"])
def test_a_patch_that_committed_answers_with_its_own_version(
    call: Call, patch: Any, replace: Any, get: Any, made: Answer, then: str
) -> None:
    def others() -> None:
        if then == "changed many times":
            for number in range(10):
                patch(copay(2, 100 + number))
        elif then == "changed":
            patch(copay(2, 9))
        elif then == "replaced":
            replace(large_plan(120))
        else:
            call(delete_plan.handler, "plans/delete_plan")
            if then == "made again":
                call(create_plan.handler, "plans/create_plan", body=changed(planType="another"))

    expected = json.loads(json.dumps(SMALL))
    expected[SERVICES][2]["planserviceCostShares"]["copay"] = 7
    with after_call("TransactWriteItems", others):
        answer = patch(copay(2, 7), **{"If-Match": made["headers"]["ETag"]})
    assert (answer["statusCode"], answer["json"]) == (200, expected)
    assert answer["headers"]["ETag"].startswith('"2-')
    assert get(version="2")["body"] == answer["body"]


def test_a_patch_that_seems_to_change_nothing_is_judged_by_one_version(patch: Any, made: Answer) -> None:
    # Another sets the same amount between the read of the root and that of the service.
    with before_call("BatchGetItem", lambda: patch(copay(2, 7))):
        answer = patch(copay(2, 7))
    assert answer["statusCode"] == 200
    assert answer["json"][SERVICES][2]["planserviceCostShares"]["copay"] == 7
    assert answer["headers"]["ETag"].startswith('"2-')


def test_a_replacement_of_a_plan_that_changes_meanwhile_starts_again(replace: Any, patch: Any, made: Answer) -> None:
    with before_call("Query", lambda: patch(copay(2, 7))):
        answer = replace(SMALL | {"planType": "mine"})
    assert (answer["statusCode"], answer["json"]) == (200, SMALL | {"planType": "mine"})
    assert answer["headers"]["ETag"].startswith('"3-')

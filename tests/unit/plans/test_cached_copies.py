"""What Redis keeps: copies that belong to one tenant, never older than the table, and never of a deleted plan."""

import copy
import json
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims import list_top_providers
from payerworks import log, redis_connection
from payerworks.aws import client
from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from search import on_plan_operation
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.conftest import feed as feed  # a fixture
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed
from tests.unit.storing_redis import StoringRedis, serving

EVENT: dict[str, Any] = json.loads(
    (pathlib.Path(__file__).parents[3] / "events/search/on_plan_operation.json").read_text()
)
KEY = f"acme#plan#{PLAN['objectId']}"


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """The connections of these tests go to loopback; those to AWS never get as far as a socket."""


@pytest.fixture
def redis(aws: object, environment: Callable[..., None]) -> Iterator[StoringRedis]:
    log.taken_metrics()
    with serving() as server:
        environment(REDIS_URL=server.url)
        yield server
        connection = redis_connection.redis()
        assert connection is not None
        connection.close()


@pytest.fixture
def before() -> Iterator[Callable[[str, Callable[[], None]], None]]:
    """Before the next call of an operation of DynamoDB, do something else, once."""
    events, registered = client("dynamodb").meta.events, []

    def do(operation: str, other: Callable[[], None]) -> None:
        left = [other]

        def meanwhile(**_: object) -> None:
            if left:
                left.pop()()

        registered.append((f"before-call.dynamodb.{operation}", meanwhile))
        events.register(*registered[-1])

    yield do
    for event, handler in registered:
        events.unregister(event, handler)


def kept(redis: StoringRedis) -> bytes:
    """The value that Redis has of the plan."""
    return redis.values[KEY][0]


def patch(call: Call, **members: Any) -> dict[str, Any]:
    return call(patch_plan.handler, "plans/patch_plan", body=members)


def test_a_copy_answers_its_own_tenant_alone(call: Call, redis: StoringRedis) -> None:
    created = call(create_plan.handler, "plans/create_plan")
    assert call(get_plan.handler, "plans/get_plan")["body"] == created["body"]
    assert call(get_plan.handler, "plans/get_plan", tenant="other")["statusCode"] == 404
    theirs = call(create_plan.handler, "plans/create_plan", tenant="other", body=changed(planType="theirs"))
    assert call(get_plan.handler, "plans/get_plan", tenant="other")["body"] == theirs["body"]
    assert call(get_plan.handler, "plans/get_plan")["body"] == created["body"]


def test_a_copy_lives_a_minute_at_most(call: Call, redis: StoringRedis) -> None:
    call(create_plan.handler, "plans/create_plan")
    assert 50_000 < redis.values[KEY][1] <= 60_000
    redis.values.clear()
    call(get_plan.handler, "plans/get_plan")
    assert 50_000 < redis.values[KEY][1] <= 60_000


def test_a_copy_answers_without_the_table(call: Call, redis: StoringRedis) -> None:
    created = call(create_plan.handler, "plans/create_plan")
    etag = created["headers"]["ETag"]
    client("dynamodb").delete_table(TableName="PlansTable")
    answer = call(get_plan.handler, "plans/get_plan")
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (200, created["body"], etag)
    unchanged = call(get_plan.handler, "plans/get_plan", headers={"If-None-Match": etag})
    assert (unchanged["statusCode"], unchanged["body"], unchanged["headers"]["ETag"]) == (304, "", etag)


@pytest.mark.parametrize("write", ["patch", "replace", "delete"])
def test_from_before_a_commit_no_older_copy_is_answered(
    call: Call, redis: StoringRedis, before: Callable[..., None], write: str
) -> None:
    call(create_plan.handler, "plans/create_plan")
    seen: list[bytes] = []
    before("TransactWriteItems", lambda: seen.append(kept(redis)))
    if write == "patch":
        assert patch(call, planType="new")["statusCode"] == 200
    elif write == "replace":
        body = changed(planType="new")
        assert call(replace_plan.handler, "plans/replace_plan", body=body)["statusCode"] == 200
    else:
        assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200
    assert seen == [b"2\n"]


def test_a_writer_that_cannot_commit_leaves_no_copy(
    call: Call, redis: StoringRedis, before: Callable[..., None]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    before("TransactWriteItems", lambda: patch(call, planType="first"))
    assert patch(call, _org="second")["json"]["planType"] == "first"
    answer = call(get_plan.handler, "plans/get_plan")["json"]
    assert (answer["planType"], answer["_org"]) == ("first", "second")


def test_a_slow_reader_does_not_bring_an_old_version_back(
    call: Call, redis: StoringRedis, before: Callable[..., None]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    redis.values.clear()
    before("Query", lambda: call(replace_plan.handler, "plans/replace_plan", body=changed(planType="new")))
    call(get_plan.handler, "plans/get_plan")
    assert kept(redis).startswith(b"2\n")
    assert call(get_plan.handler, "plans/get_plan")["json"]["planType"] == "new"


def test_a_deleted_plan_is_gone_from_the_cache_too(call: Call, redis: StoringRedis) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(get_plan.handler, "plans/get_plan")
    assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 404
    call(create_plan.handler, "plans/create_plan", body=changed(planType="again"))
    assert call(get_plan.handler, "plans/get_plan")["json"]["planType"] == "again"


def test_the_change_feed_takes_an_old_copy_away(call: Call, redis: StoringRedis) -> None:
    call(create_plan.handler, "plans/create_plan")
    old = dict(redis.values)
    patch(call, planType="new")
    redis.values.update(old)  # as if the writer had not reached Redis
    event = copy.deepcopy(EVENT)
    event["Records"][0]["body"] = json.dumps(json.loads(event["Records"][0]["body"]) | {"version": 2})
    on_plan_operation.handler(event, None)  # there is no OpenSearch, but the cache does not wait for it
    assert call(get_plan.handler, "plans/get_plan")["json"]["planType"] == "new"


def test_a_late_message_of_the_change_feed_leaves_a_newer_copy(call: Call, redis: StoringRedis) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(replace_plan.handler, "plans/replace_plan", body=changed(planType="new"))
    copied = kept(redis)
    on_plan_operation.handler(EVENT, None)
    assert kept(redis) == copied


def test_the_kept_top_list_is_of_one_tenant_and_few_seconds(call: Call, feed: Feed, redis: StoringRedis) -> None:
    post(call, (NPIS[0], 10))
    post(call, (NPIS[1], 5), tenant="other")
    count(*feed.published())
    for _ in range(2):
        assert totals(call) == [(NPIS[0], "10.00", 1)]
        assert totals(call, tenant="other") == [(NPIS[1], "5.00", 1)]
    lives = {key: life for key, (_, life) in redis.values.items() if key.endswith("#top")}
    assert lives.keys() == {"acme#top", "other#top"}
    assert all(0 < life <= 5000 for life in lives.values())  # milliseconds, from before the reading


def test_a_rate_limit_is_one_clients_and_says_when_to_come_again(call: Call, redis: StoringRedis) -> None:
    def ask(**caller: str) -> dict[str, Any]:
        return call(list_top_providers.handler, "claims/list_top_providers", **caller)

    answers = [ask() for _ in range(list_top_providers.CALLS_A_MINUTE + 1)]
    assert [answer["statusCode"] for answer in answers] == [200] * list_top_providers.CALLS_A_MINUTE + [429]
    assert answers[0]["headers"]["RateLimit"] == '"calls";r=9;t=60'
    assert answers[-1]["headers"]["Retry-After"] == "60"
    assert ask(user_id="u-2")["statusCode"] == 200
    assert ask(tenant="other")["statusCode"] == 200

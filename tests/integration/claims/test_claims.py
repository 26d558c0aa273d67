"""Claims on the deployed stack: the change feed into the totals, and the limit of calls in Redis."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from localstack.stack import Stack
from payerworks import json_text
from tests.integration.claims.conftest import Client, new_claim, new_npi, tenant
from tests.integration.conftest import Api
from tests.integration.plans.conftest import until

TOP = "/top-provider-npis"


@pytest.fixture(autouse=True)
def _no_calls_yet(stack: dict[str, Any]) -> Iterator[None]:
    """Each test begins with none of the calls that a client may make in a minute, and leaves none."""

    def forget() -> None:
        with redis.Redis.from_url(stack["redis_url"]) as connection:
            for key in connection.scan_iter("*#rate#*"):
                connection.delete(key)

    forget()
    yield
    forget()


def test_a_claim_is_stored_read_and_asked_for_again(api: Api) -> None:
    created = api.post("/claims", new_claim(new_npi(), fee="$1,234.5"))
    assert created.status == 201
    assert b'"provider_fees":1234.50,' in created.body
    claim = created.json()
    read = api.get(f"/claims/{claim['id']}")
    # Its payment may have gone on meanwhile.
    assert (read.status, read.json() | {"status": "received"}) == (200, claim)
    settled = until(lambda: api.get(f"/claims/{claim['id']}"), lambda answer: answer.json()["status"] == "processed")
    assert api.get(f"/claims/{claim['id']}", If_None_Match=settled.headers["etag"]).status == 304
    assert api.get(f"/claims/{'0' * 32}").status == 404
    assert Api(api.url).get(f"/claims/{claim['id']}").status == 401


def test_a_list_is_stored_whole_or_not_at_all(api: Api, counted: Callable[[str, int], None]) -> None:
    npi = new_npi()
    refused = api.post("/claims", [new_claim(npi), new_claim(npi, fee="1.234"), new_claim(npi, quadrant="XX")])
    assert refused.status == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/1/provider_fees", "/2/quadrant"]
    key = uuid.uuid4().hex
    stored = api.post("/claims", [new_claim(npi) for _ in range(50)], Idempotency_Key=key)
    assert (stored.status, len(stored.json())) == (201, 50)
    again = api.post("/claims", [new_claim(npi) for _ in range(50)], Idempotency_Key=key)
    assert (again.status, again.body) == (201, stored.body)
    counted(npi, 50)
    assert api.post("/claims", [new_claim(npi) for _ in range(51)]).status == 400


def test_net_fees_reach_the_top_and_changes_delivered_again_do_not_count(
    api: Api, stack: dict[str, Any], client: Client, counted: Callable[[str, int], None]
) -> None:
    npis = [new_npi() for _ in range(3)]
    sent = [new_claim(npi, fee=f"{9_999_000 + place}.10") for place, npi in enumerate(npis) for _ in range(20)]
    random.shuffle(sent)
    answer = api.post("/claims?partial=true", sent)
    assert [result["status"] for result in answer.json()] == [201] * 60
    for npi in npis:
        counted(npi, 20)
    again = [{"tenant": tenant(api), "claimId": result["claim"]["id"]} for result in answer.json()] * 2
    random.shuffle(again)
    sqs = client("sqs")
    for start in range(0, len(again), 50):
        body = json_text.write({"claims": again[start : start + 50]})
        sqs.send_message(QueueUrl=stack["queues"]["ClaimTotals"], MessageBody=body)
    _wait_until_empty(sqs, stack["queues"]["ClaimTotals"])
    top = json_text.read(api.get(f"{TOP}?limit=100").body)
    shown = {entry["provider_npi"]: (json_text.write(entry["total_net_fee"]), entry["claims"]) for entry in top}
    assert [shown[npi] for npi in npis] == [(f"{(9_999_000 + place) * 20 + 2}.00", 20) for place in range(3)]
    assert [entry["provider_npi"] for entry in top] == sorted(shown, key=lambda npi: (-float(shown[npi][0]), npi))
    assert len(api.get(TOP).json()) <= 10


def test_a_client_may_ask_for_the_top_ten_times_a_minute_however_many_functions_answer(api: Api) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.get(TOP), range(30)))
    assert sorted(answer.status for answer in answers) == [200] * 10 + [429] * 20
    refused = api.get(TOP)
    assert refused.status == 429
    assert refused.headers["ratelimit-policy"] == '"calls";q=10;w=60'
    assert refused.headers["ratelimit"].startswith('"calls";r=0;t=')
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["title"] == "Too many requests"


def test_without_redis_the_top_is_answered_without_a_limit(running_stack: Stack, api: Api) -> None:
    running_stack.stop("valkey")
    try:
        assert [api.get(TOP).status for _ in range(12)] == [200] * 12
        assert api.post("/claims", new_claim(new_npi())).status == 201
    finally:
        running_stack.start("valkey")


def _wait_until_empty(sqs: Any, queue: str) -> None:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for _ in range(300):
        held = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        if all(held[name] == "0" for name in names):
            return
        time.sleep(0.1)
    raise AssertionError(f"the queue is not empty after 30 s: {held}")

"""Lists of claims and the copy of the top on the deployed stack."""

import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from localstack.deployed import function_environment
from payerworks import redis_connection
from payerworks.settings import settings
from tests.integration.claims.conftest import new_claim, new_npi, tenant
from tests.integration.conftest import Api


def test_claims_are_listed_by_each_filter_page_by_page(api: Api) -> None:
    npi, subscriber = new_npi(), f"S{new_npi()}"
    today = datetime.datetime.now(datetime.UTC).date()
    days = [(today - datetime.timedelta(days=number)).isoformat() for number in range(5)]
    sent = [new_claim(npi, subscriber_number=subscriber, service_date=day, allowed_fees=200) for day in days * 5]
    stored = sorted(api.post("/claims", sent).json(), key=lambda claim: (claim["service_date"], claim["id"]))[::-1]
    ids = [claim["id"] for claim in stored]
    assert _listed(api, f"provider_npi={npi}&limit=10") == ids
    assert _listed(api, f"subscriber_number={subscriber}&limit=100") == ids
    between = f"service_date_from={days[3]}&service_date_to={days[1]}"
    assert _listed(api, f"provider_npi={npi}&{between}") == ids[5:20]
    assert _listed(api, f"provider_npi={new_npi()}") == []
    assert set(ids[:5]) <= set(_listed(api, f"service_date_from={days[0]}&limit=100"))
    status = stored[0]["status"]
    assert set(ids) <= set(_listed(api, f"status={status}&service_date_from={days[4]}&limit=100"))
    first = api.get(f"/claims?provider_npi={npi}&limit=3")
    assert api.get("/claims" + first.headers["link"].split(">")[0][1:]).json()["items"] == stored[3:6]
    assert api.get("/claims?status=paid").status == 400
    assert Api(api.url).get("/claims").status == 401


@pytest.fixture
def copies(stack: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stack's Redis, for this process's own functions too."""
    for name, text in function_environment(stack, "ListTopProviders").items():
        monkeypatch.setenv(name, text)
    for cached in (settings, redis_connection.redis):
        cached.cache_clear()
    with redis.Redis.from_url(stack["redis_url"]) as connection:
        yield connection
    own = redis_connection.redis()
    if own is not None:
        own.close()
    for cached in (settings, redis_connection.redis):
        cached.cache_clear()


def test_the_top_is_a_copy_of_the_totals_that_is_at_most_five_seconds_old(
    api: Api, copies: Any, counted: Callable[[str, int], None]
) -> None:
    npi = new_npi()
    key = f"{tenant(api)}#top"
    for number in (1, 2, 3):
        copies.delete(*copies.keys("*#rate#*") or ["none"])
        assert api.get("/top-provider-npis?limit=100").status == 200
        assert copies.pttl(key) <= 5000
        api.post("/claims", new_claim(npi, fee="9999999.99"))
        counted(npi, number)
        copies.delete(key)  # as when its time is over
        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(lambda _: api.get("/top-provider-npis?limit=100").json(), range(3)))
        for top in answers:
            [entry] = [entry for entry in top if entry["provider_npi"] == npi]
            assert entry == {"provider_npi": npi, "total_net_fee": round(number * 9999999.99, 2), "claims": number}
    copies.set(key, "1\n2\n3", ex=60)
    # A function for which Redis was slow a moment ago leaves it alone for REST_SECONDS.
    deadline = time.monotonic() + 6 * redis_connection.REST_SECONDS
    while (top := api.get("/top-provider-npis?limit=2").json()) != [1, 2] and time.monotonic() < deadline:
        time.sleep(redis_connection.REST_SECONDS / 4)
        copies.delete(*copies.keys("*#rate#*") or ["none"])
        copies.set(key, "1\n2\n3", ex=60)  # it may have put its own there since
    assert top == [1, 2]
    copies.delete(key, *copies.keys("*#rate#*"))


def _listed(api: Api, query: str) -> list[str]:
    found: list[str] = []
    path = f"/claims?{query}"
    while True:
        page = api.get(path).json()
        found += [claim["id"] for claim in page["items"]]
        if page["nextCursor"] is None:
            return found
        path = f"/claims?{query}&cursor={page['nextCursor']}"

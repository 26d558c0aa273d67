"""The numbers of the claims received on a day."""

from typing import Any

import pytest

from claims import create_claims, get_claim_counts, void_claim
from claims.storage.claim_items import TABLE, claim_key, partition_key, shard_of
from payerworks.times import now
from tests.unit.claims.test_create_claims import CLAIM
from tests.unit.conftest import Call

DAY = "2026-03-01"


def receive(call: Call, at: str, *fees: object, tenant: str = "acme") -> list[str]:
    """Post claims with these net fees, as if at that time; their ids."""
    body = [CLAIM | {"provider_fees": fee, "allowed_fees": 0, "member_coinsurance": 0} for fee in fees]
    answer = call(create_claims.handler, "claims/create_claims", body=body, tenant=tenant)
    ids = [claim["id"] for claim in answer["json"]]
    for claim_id in ids:
        change = "SET received_at = :at, received_list = :list"
        values = {":at": {"S": at}, ":list": {"S": partition_key(tenant, at[:10], shard_of(claim_id))}}
        TABLE.update(claim_key(tenant, claim_id), change, values)
    return ids


def counts(call: Call, day: str | None = None, tenant: str = "acme") -> dict[str, Any]:
    query = {"day": day} if day else {}
    answer = call(get_claim_counts.handler, "claims/get_claim_counts", query=query, tenant=tenant)
    assert answer["statusCode"] == 200
    json: dict[str, Any] = answer["json"]
    return json


def test_claims_are_counted_by_hour_and_by_their_status_now(call: Call) -> None:
    receive(call, "2026-03-01T00:30:00Z", "10.10", 5)
    [last] = receive(call, "2026-03-01T23:59:59Z", 1)
    call(void_claim.handler, "claims/void_claim", path={"id": last})
    found = counts(call, DAY)
    assert (found["day"], found["claims"], found["net_fee"], found["is_complete"]) == (DAY, 3, 16.1, True)
    assert found["hours"] == [2, *[0] * 22, 1]
    by_status = {line["status"]: (line["claims"], line["net_fee"]) for line in found["statuses"]}
    assert by_status == {
        "received": (2, 15.1),
        "payment_requested": (0, 0),
        "processed": (0, 0),
        "failed": (0, 0),
        "payment_review": (0, 0),
        "void": (1, 1),
    }


def test_other_days_and_other_tenants_are_not_counted(call: Call) -> None:
    for at in ("2026-02-28T23:59:59Z", "2026-03-02T00:00:00Z"):
        receive(call, at, 7)
    receive(call, "2026-03-01T12:00:00Z", 9, tenant="other")
    assert (counts(call, DAY)["claims"], counts(call, DAY, tenant="other")["claims"]) == (0, 1)


def test_without_a_day_it_is_today(call: Call) -> None:
    before = now()[:10]
    answer = call(create_claims.handler, "claims/create_claims", body=CLAIM)
    found = counts(call)
    assert found["day"] in (before, now()[:10])
    assert counts(call, answer["json"]["created_at"][:10])["claims"] == 1


def test_of_too_many_claims_the_first_are_counted(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_claim_counts, "MOST_COUNTED", 20)
    for hour in (3, 4):
        receive(call, f"2026-03-01T0{hour}:00:00Z", *[1] * 15)
    found = counts(call, DAY)
    assert (found["claims"], found["is_complete"], found["hours"][3:5]) == (20, False, [15, 5])


@pytest.mark.parametrize("query", [{"day": "yesterday"}, {"day": "2026-02-30"}, {"n": "1"}])
def test_what_is_no_day_is_400(call: Call, query: dict[str, str]) -> None:
    assert call(get_claim_counts.handler, "claims/get_claim_counts", query=query)["statusCode"] == 400

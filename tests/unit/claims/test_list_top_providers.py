"""The highest totals of net fees."""

import random

import pytest

from claims import create_claims, list_top_providers
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.test_create_claims import CLAIM
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call


def test_net_fees_reach_the_totals_of_their_providers(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], "10.10"), (NPIS[1], "30"), (NPIS[0], "0.05"))
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[1], "30.00", 1), (NPIS[0], "10.15", 2)]


def test_there_are_no_totals_without_claims(call: Call) -> None:
    assert totals(call) == []


def test_a_negative_total_comes_last(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 0))
    body = CLAIM | {"provider_npi": NPIS[1], "provider_fees": 1, "allowed_fees": "100.01", "member_coinsurance": 0}
    call(create_claims.handler, "claims/create_claims", body=body)
    count(*feed.published())
    assert totals(call) == [(NPIS[0], "0.00", 1), (NPIS[1], "-99.01", 1)]


def test_equal_totals_are_sorted_and_cut_by_npi(call: Call, feed: Feed) -> None:
    npis = [f"1{number:09}" for number in random.Random(5).sample(range(1000), 50)]
    post(call, *((npi, 7) for npi in npis))
    count(*feed.published())
    assert [npi for npi, _, _ in totals(call, query={"limit": "100"})] == sorted(npis)
    assert [npi for npi, _, _ in totals(call, query={"limit": "3"})] == sorted(npis)[:3]


def test_another_tenant_has_totals_of_its_own(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    post(call, (NPIS[0], 5), tenant="other")
    count(*feed.published())
    assert totals(call) == [(NPIS[0], "10.00", 1)]
    assert totals(call, tenant="other") == [(NPIS[0], "5.00", 1)]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "ten"}, {"limit": "1.5"}, {"n": "1"}])
def test_a_limit_out_of_range_is_400(call: Call, query: dict[str, str]) -> None:
    answer = call(list_top_providers.handler, "claims/list_top_providers", query=query)
    assert answer["statusCode"] == 400

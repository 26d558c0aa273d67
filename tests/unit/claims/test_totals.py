"""The way of a claim into its provider's total: stream, topic, queue, table; doubled, shuffled, killed in between."""

import random
from collections import Counter
from typing import Any

import pytest

from claims import create_claims, list_top_providers, on_claim_changed, repository
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.test_create_claims import CLAIM
from tests.unit.conftest import Call

NPIS = ("1497775530", "1234567893", "1245319599")


def post(call: Call, *claims: tuple[str, Any], **changes: Any) -> list[str]:
    """Store claims given as NPI and provider fee, all else zero; their ids."""
    zero = {"allowed_fees": 0, "member_coinsurance": 0, "member_copay": 0}
    body = [CLAIM | zero | {"provider_npi": npi, "provider_fees": fee} for npi, fee in claims]
    answer = call(create_claims.handler, "claims/create_claims", body=body, **changes)
    assert answer["statusCode"] == 201
    return [claim["id"] for claim in answer["json"]]


def totals(call: Call, **changes: Any) -> list[tuple[str, str, int]]:
    """What GET /top-provider-npis answers, the amounts as the text has them."""
    answer = call(list_top_providers.handler, "claims/list_top_providers", **changes)
    assert answer["statusCode"] == 200
    amounts = [part.split(",")[0] for part in answer["body"].split('"total_net_fee":')[1:]]
    return [(entry["provider_npi"], text, entry["claims"]) for entry, text in zip(answer["json"], amounts, strict=True)]


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


def test_a_change_that_is_delivered_again_is_counted_once(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    messages = feed.published()
    assert count(*messages, *messages) == []
    assert count(*reversed(messages)) == []
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_being_counted_is_no_change_that_is_published(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    messages = feed.published()
    assert messages == [
        {
            "eventId": f"acme#{claim_id}#1",
            "tenant": "acme",
            "operation": "created",
            "claimId": claim_id,
            "providerNpi": NPIS[0],
            "version": 1,
            "requestId": messages[0]["requestId"],
        }
    ]
    count(*messages)
    assert feed.published() == messages
    assert len(feed.records()) > 1


def test_a_void_claim_leaves_the_total_whatever_is_delivered_in_which_order(call: Call, feed: Feed) -> None:
    first, second = post(call, (NPIS[0], 10), (NPIS[0], 20))
    created = feed.published()
    count(created[0])
    feed.change(first, status="void")
    feed.change(second, status="void")
    voided = [message for message in feed.published() if message["version"] == 2]
    assert len(voided) == 2
    count(*voided)
    count(*created, *voided)
    assert totals(call) == [(NPIS[0], "0.00", 0)]


def test_a_change_of_the_status_alone_counts_nothing(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    count(*feed.published())
    feed.change(claim_id, status="processed")
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_message_that_cannot_be_counted_takes_no_other_with_it(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    good = feed.published()
    failed = count("{", {"tenant": "acme"}, *good, {"tenant": "acme", "providerNpi": NPIS[1]}, [], 7)
    assert failed == ["0", "1", "3", "4", "5"]
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_claim_that_is_not_there_is_let_pass(call: Call) -> None:
    assert count({"tenant": "acme", "providerNpi": NPIS[0], "claimId": "0" * 32}) == []
    assert totals(call) == []


def test_a_count_from_an_old_reading_is_refused(call: Call, feed: Feed) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[0], 20))
    read = repository.read_countable("acme", ids)
    count(*feed.published())
    with pytest.raises(repository.Raced):
        repository.count("acme", NPIS[0], read)
    feed.change(ids[0], status="void")
    stale = repository.read_countable("acme", ids[:1])
    feed.change(ids[0], status="received")
    with pytest.raises(repository.Raced):
        repository.count("acme", NPIS[0], stale)
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_totals_equal_the_sum_over_the_claims_after_doubled_and_shuffled_batches(call: Call, feed: Feed) -> None:
    chance = random.Random(3)
    npis = [f"1{number:09}" for number in range(15)]
    expected: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for _ in range(3):
        claims = [(chance.choice(npis), chance.randrange(1_000_00)) for _ in range(30)]
        ids = post(call, *((npi, f"{cents // 100}.{cents % 100:02}") for npi, cents in claims))
        for claim_id, (npi, cents) in zip(ids, claims, strict=True):
            if chance.random() < 0.1:
                feed.change(claim_id, status="void")
            else:
                expected[npi] += cents
                numbers[npi] += 1
    messages = feed.published() * 2
    chance.shuffle(messages)
    while messages:
        size = chance.randrange(1, 100)
        assert count(*messages[:size]) == []
        messages = messages[size:]
    wanted = sorted(expected.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = [(npi, f"{cents // 100}.{cents % 100:02}", numbers[npi]) for npi, cents in wanted]
    assert totals(call, query={"limit": "100"}) == shown
    assert totals(call) == shown[:10]
    assert totals(call, query={"limit": "1"}) == shown[:1]


def test_equal_totals_stand_in_the_order_of_their_npis_and_so_does_the_cut(call: Call, feed: Feed) -> None:
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


def test_a_batch_that_cannot_be_published_raises(call: Call, feed: Feed, environment: Any) -> None:
    post(call, (NPIS[0], 10))
    records = feed.records()
    environment(CLAIM_OPERATIONS_TOPIC_ARN="arn:aws:sns:us-east-1:123456789012:none")
    with pytest.raises(Exception, match=r"NotFound|exist"):
        on_claim_changed.handler({"Records": records}, None)


def test_a_deleted_item_is_no_change(call: Call) -> None:
    keys = {"pk": {"S": "acme#1"}, "sk": {"S": "CLAIM"}}
    assert on_claim_changed.claim_operation({"eventName": "REMOVE", "dynamodb": {"Keys": keys}}) is None

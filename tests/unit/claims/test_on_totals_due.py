"""From the queue to the totals: messages doubled and shuffled, claims changed in between."""

import random
from collections import Counter

import pytest

from claims import create_claims
from claims.storage.claim_items import shard_of
from claims.totals import share_repository, totals_repository
from payerworks.dynamodb import ConditionFailed
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.test_create_claims import CLAIM
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call


def test_a_change_that_is_delivered_again_is_accrued_once(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    messages = feed.published()
    assert count(*messages, *messages) == []
    assert count(*reversed(messages)) == []
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_void_claim_leaves_the_total_in_any_order_of_delivery(call: Call, feed: Feed) -> None:
    first, second = post(call, (NPIS[0], 10), (NPIS[0], 20))
    created = feed.published()
    count(created[0])
    feed.change(first, status="void")
    feed.change(second, status="void")
    voided = [message for message in feed.published() if message["version"] == 2]
    assert len(voided) == 2
    count(*voided)
    count(*created, *voided)
    assert totals(call) == []
    post(call, (NPIS[0], 3))
    count(*feed.published())
    assert totals(call) == [(NPIS[0], "3.00", 1)]


def test_providers_without_claims_hide_no_others(call: Call, feed: Feed) -> None:
    npis = [npi for npi in (f"1{number:09}" for number in range(60)) if shard_of(npi) == shard_of(NPIS[0])]
    voided = post(call, *((npi, 5) for npi in npis))
    body = CLAIM | {"provider_npi": NPIS[0], "provider_fees": 0, "allowed_fees": 100}
    call(create_claims.handler, "claims/create_claims", body=body)
    count(*feed.published())
    for claim_id in voided:
        feed.change(claim_id, status="void")
    count(*feed.published())
    assert [npi for npi, _, _ in totals(call, query={"limit": "1"})] == [NPIS[0]]


def test_a_change_of_the_status_alone_accrues_nothing(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    count(*feed.published())
    feed.change(claim_id, status="processed")
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_message_that_cannot_be_accrued_fails_alone(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    good = feed.published()
    failed = count("{", {"tenant": "acme"}, *good, {"claims": [{"tenant": "acme"}]}, [], 7)
    assert failed == ["0", "1", "3", "4", "5"]
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_an_unknown_claim_is_ignored(call: Call) -> None:
    assert count({"tenant": "acme", "providerNpi": NPIS[0], "claimId": "0" * 32}) == []
    assert totals(call) == []


def test_a_stale_share_is_refused(call: Call, feed: Feed) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[0], 20))
    provider = ("acme", NPIS[0])
    read = share_repository.read_shares([("acme", claim_id) for claim_id in ids])
    count(*feed.published())
    with pytest.raises(ConditionFailed):
        share_repository.commit_shares({provider: read}, once=True)
    feed.change(ids[0], status="void")
    stale = share_repository.read_shares([("acme", ids[0])])
    count(*feed.published())
    with pytest.raises(ConditionFailed):
        share_repository.commit_shares({provider: stale}, once=True)
    assert totals(call) == [(NPIS[0], "20.00", 1)]


def test_one_message_has_claims_of_many_providers_and_more_than_a_transaction_allows(call: Call, feed: Feed) -> None:
    npis = [f"1{number:09}" for number in range(45)]
    post(call, *((npi, 2) for npi in npis))
    post(call, *((NPIS[0], 1) for _ in range(20)))
    assert count({"claims": feed.published()}) == []
    expected = [(npi, "2.00", 1) for npi in npis]
    assert totals(call, query={"limit": "100"}) == [(NPIS[0], "20.00", 20), *expected]


def test_a_held_provider_does_not_stop_the_others(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 1), (NPIS[1], 2), (NPIS[2], 3))
    messages = feed.published()
    totals_repository.hold_total(("acme", NPIS[1]), "a run")
    assert count({"claims": messages}) == ["0"]
    assert totals(call) == [(NPIS[2], "3.00", 1), (NPIS[0], "1.00", 1)]


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

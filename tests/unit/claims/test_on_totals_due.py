"""From the queue into the totals: doubled, shuffled, killed in between."""

import random
from collections import Counter

import pytest

from claims import repository
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call


def test_a_change_that_is_delivered_again_is_counted_once(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    messages = feed.published()
    assert count(*messages, *messages) == []
    assert count(*reversed(messages)) == []
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


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

"""Lists of claims by every combination of filters."""

import datetime
import itertools
import random
from typing import Any

import pytest

from claims import create_claims, list_claims
from claims.storage import list_repository
from payerworks.settings import settings
from tests.unit.claims.conftest import Feed
from tests.unit.claims.test_create_claims import CLAIM
from tests.unit.conftest import Call

LIST = "claims/list_claims"
NPIS = ("1497775530", "1234567893", "1245319599")
SUBSCRIBERS = ("3730189502", "a#b", "Zoë")
STATUSES = ("received", "processed", "void")

Claims = list[dict[str, Any]]


def pages(call: Call, **query: str) -> list[Claims]:
    """All pages of a list."""
    found = []
    while True:
        answer = call(list_claims.handler, LIST, query=query)
        assert answer["statusCode"] == 200
        found.append(answer["json"]["items"])
        cursor = answer["json"]["nextCursor"]
        assert ("Link" in answer["headers"]) == (cursor is not None)
        if cursor is None:
            return found
        query["cursor"] = cursor


def listed(call: Call, **query: str) -> Claims:
    return list(itertools.chain(*pages(call, **query)))


def store(call: Call, feed: Feed, number: int, **changes: Any) -> Claims:
    """Claims of all kinds as answers show them, in the order of lists: newest service first."""
    chance = random.Random(7)
    day = datetime.date(2024, 2, 20)
    sent = [
        CLAIM
        | {
            "service_date": (day + datetime.timedelta(days=chance.randrange(20))).isoformat(),
            "provider_npi": chance.choice(NPIS),
            "subscriber_number": chance.choice(SUBSCRIBERS),
        }
        for _ in range(number)
    ]
    stored: Claims = call(create_claims.handler, "claims/create_claims", body=sent, **changes)["json"]
    for claim in stored:
        claim["status"] = chance.choice(STATUSES)
        if claim["status"] != "received":
            feed.change(claim["id"], status=claim["status"])
    return sorted(stored, key=lambda claim: (claim["service_date"], claim["id"]), reverse=True)


def test_every_combination_of_filters_lists_the_matching_claims_newest_service_first(call: Call, feed: Feed) -> None:
    stored = store(call, feed, 40)
    for npi, subscriber, status, first, last in itertools.product(
        (None, NPIS[0]),
        (None, "a#b"),
        (None, "processed"),
        (None, "2024-02-25"),
        (None, "3/1/24"),
    ):
        filters = {
            "provider_npi": npi,
            "subscriber_number": subscriber,
            "status": status,
            "service_date_from": first,
            "service_date_to": last,
        }
        query = {name: text for name, text in filters.items() if text is not None}
        fits = [
            claim
            for claim in stored
            if npi in (None, claim["provider_npi"])
            and subscriber in (None, claim["subscriber_number"])
            and status in (None, claim["status"])
            and (first or "") <= claim["service_date"] <= ("2024-03-01" if last else "9")
        ]
        assert listed(call, limit="7", **query) == fits, query


def test_filters_are_trimmed_and_composed_as_claims_are(call: Call, feed: Feed) -> None:
    sent = CLAIM | {"subscriber_number": "\u2003Zoe\u0308\u00a0", "provider_npi": NPIS[0]}
    [claim] = call(create_claims.handler, "claims/create_claims", body=[sent])["json"]
    assert claim["subscriber_number"] == "Zo\u00eb"
    for subscriber in ("Zo\u00eb", " Zoe\u0308\u3000"):
        query = {"subscriber_number": subscriber, "provider_npi": f"\u00a0{NPIS[0]} ", "service_date_from": " 1/1/90 "}
        assert listed(call, **query, status=" received\u00a0") == [claim]


def test_pages_are_full_until_the_last_one(call: Call, feed: Feed) -> None:
    stored = store(call, feed, 10)
    assert pages(call, limit="4") == [stored[:4], stored[4:8], stored[8:]]
    assert pages(call, limit="5") == [stored[:5], stored[5:]]
    assert pages(call) == [stored]
    assert pages(call, subscriber_number="nobody") == [[]]


def test_claims_added_or_changed_between_two_pages_move_no_others(call: Call, feed: Feed) -> None:
    stored = store(call, feed, 12)
    first = call(list_claims.handler, LIST, query={"limit": "5"})["json"]
    new = CLAIM | {"service_date": "2024-12-01"}
    call(create_claims.handler, "claims/create_claims", body=new)
    feed.change(stored[7]["id"], status="failed")
    rest = listed(call, limit="5", cursor=first["nextCursor"])
    stored[7]["status"] = "failed"
    assert first["items"] + rest == stored


def test_a_claim_that_left_a_status_is_not_shown_even_while_the_index_has_it(call: Call, feed: Feed, aws: Any) -> None:
    [claim] = store(call, feed, 1)
    item = feed.items("CLAIM")[0] | {"status": {"S": "failed"}}
    aws.create_client("dynamodb").put_item(TableName=settings().tables["claims"], Item=item)
    assert listed(call, status=claim["status"]) == []
    assert listed(call) == [claim | {"status": "failed"}]


def test_a_page_with_few_matches_ends_after_many_reads_and_the_next_continues(
    call: Call, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store(call, feed, 30)
    monkeypatch.setattr(list_repository, "MOST_READ", 4)
    found = pages(call, limit="3", provider_npi=NPIS[0], status="void")
    fits = [claim for claim in stored if (claim["provider_npi"], claim["status"]) == (NPIS[0], "void")]
    assert list(itertools.chain(*found)) == fits
    assert any(len(page) < 3 for page in found[:-1])


def test_another_tenant_sees_nothing_and_its_cursor_is_refused_here(call: Call, feed: Feed) -> None:
    store(call, feed, 5)
    for query in ({}, {"provider_npi": NPIS[0]}, {"subscriber_number": "a#b"}, {"status": "received"}):
        assert call(list_claims.handler, LIST, query=query, tenant="other")["json"]["items"] == []
    cursor = call(list_claims.handler, LIST, query={"limit": "1"})["json"]["nextCursor"]
    refused = (
        call(list_claims.handler, LIST, query={"cursor": cursor}, tenant="other"),
        call(list_claims.handler, LIST, query={"cursor": cursor, "status": "void"}),
        call(list_claims.handler, LIST, query={"cursor": "x" + cursor}),
    )
    assert [answer["statusCode"] for answer in refused] == [400, 400, 400]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"service_date_from": "2024-03-02", "service_date_to": "2024-03-01"}, "/service_date_to"),
        ({"service_date_from": "2024-02-30"}, "/service_date_from"),
        ({"service_date_to": "0"}, "/service_date_to"),
        ({"service_date_to": ""}, "/service_date_to"),
        ({"status": "paid"}, "/status"),
        ({"provider_npi": "149777553"}, "/provider_npi"),
        ({"subscriber_number": ""}, "/subscriber_number"),
        ({"subscriber_number": "Zoe\u200b"}, "/subscriber_number"),
        ({"npi": NPIS[0]}, "/npi"),
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
    ],
)
def test_a_bad_filter_is_400_with_its_pointer(call: Call, query: dict[str, str], pointer: str) -> None:
    answer = call(list_claims.handler, LIST, query=query)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == [pointer]


def test_an_item_of_a_claim_is_one_write_unit(call: Call, feed: Feed) -> None:
    longest = CLAIM | {"subscriber_number": "s" * 30, "plan_group_number": "g" * 20}
    call(create_claims.handler, "claims/create_claims", body=longest)
    [item] = feed.items("CLAIM")
    assert sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items()) <= 1024

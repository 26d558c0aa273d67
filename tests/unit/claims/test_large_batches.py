"""However many claims a provider has at once, each transaction is one that DynamoDB takes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.dynamodb import TRANSACTION_ITEMS
from tests.unit.claims.conftest import Feed, count
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.conftest import Call


@pytest.fixture
def transactions(aws: object) -> Iterator[list[int]]:
    """The number of items of each transaction."""
    sizes: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        sizes.append(len(json.loads(params["body"])["TransactItems"]))

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.TransactWriteItems", note)
    yield sizes
    events.unregister("before-call.dynamodb.TransactWriteItems", note)


@pytest.mark.parametrize("providers", [1, 2, 3])
def test_a_transaction_has_at_most_100_items(call: Call, feed: Feed, transactions: list[int], providers: int) -> None:
    claims = 120
    keys = []
    for number in range(0, claims, 40):
        ids = post(call, *((NPIS[(number + one) % providers], 1) for one in range(40)))
        keys += [{"tenant": "acme", "claimId": claim_id} for claim_id in ids]
    transactions.clear()
    assert count({"claims": keys}) == []
    assert sum(claims for _, _, claims in totals(call)) == claims
    assert transactions
    assert max(transactions) <= TRANSACTION_ITEMS

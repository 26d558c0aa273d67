import pytest

from claims import create_claims, get_claim
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.claims.conftest import Feed
from tests.unit.claims.saga import Saga
from tests.unit.conftest import Call


def test_a_claim_that_has_not_changed_is_304(call: Call, feed: Feed) -> None:
    created = call(create_claims.handler, "claims/create_claims")
    path, etag = {"id": created["json"]["id"]}, created["headers"]["ETag"]
    answer = call(get_claim.handler, "claims/get_claim", path=path, headers={"If-None-Match": etag})
    assert (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) == (304, "", etag)
    feed.change(path["id"], status="payment_requested")
    changed = call(get_claim.handler, "claims/get_claim", path=path, headers={"If-None-Match": etag})
    assert changed["statusCode"] == 200
    assert changed["json"] == created["json"] | {"status": "payment_requested"}
    assert changed["headers"]["ETag"] != etag


def test_a_claim_from_before_sources_and_reasons_were_kept_has_none(call: Call, feed: Feed) -> None:
    claim = call(create_claims.handler, "claims/create_claims")["json"]
    [item] = feed.items("CLAIM")
    del item["source"]
    client("dynamodb").put_item(TableName=settings().tables["claims"], Item=item)
    feed.change(claim["id"], status="payment_review")
    answer = call(get_claim.handler, "claims/get_claim", path={"id": claim["id"]})
    assert answer["json"] == claim | {"status": "payment_review", "source": None, "review_reason": None}


def test_a_negative_net_fee_is_the_reason_of_a_review(call: Call, saga: Saga) -> None:
    answer = call(get_claim.handler, "claims/get_claim", path={"id": saga.claim("-5")})
    assert answer["json"]["status"] == "payment_review"
    assert answer["json"]["review_reason"] == "Its net fee is below 0, so that nothing can be paid."


@pytest.mark.parametrize("claim_id", ["0" * 32, "", "x", "a%2Fb", "%20", "x" * 3000, "CLAIM", "NPI#1497775530", "ü"])
def test_an_unknown_claim_is_404(call: Call, claim_id: str) -> None:
    answer = call(get_claim.handler, "claims/get_claim", path={"id": claim_id})
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"

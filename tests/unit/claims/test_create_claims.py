import datetime
import json
from typing import Any

import pytest

from claims import create_claims, get_claim
from payerworks import idempotency
from payerworks.days import latest_today
from tests.unit.claims.conftest import Feed
from tests.unit.conftest import Call, api_event
from tests.unit.dynamodb_faults import Invocation, done_and_lost, injected

CLAIM: dict[str, Any] = json.loads(api_event("claims/create_claims")["body"])
POST = "claims/create_claims"


def faults(answer: dict[str, Any]) -> list[tuple[str, str]]:
    assert answer["statusCode"] == 400
    return [(error["pointer"], error["message"]) for error in answer["json"]["errors"]]


def test_a_claim_is_stored_and_returned(call: Call) -> None:
    answer = call(create_claims.handler, POST)
    assert answer["statusCode"] == 201
    claim = answer["json"]
    computed = {"net_fee": 81.25, "status": "received", "review_reason": None, "warnings": []}
    source = {"kind": "request", "request_id": answer["headers"]["X-Request-Id"]}
    own = {"id": claim["id"], "created_at": claim["created_at"], "source": source}
    assert claim == CLAIM | computed | own
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(claim["created_at"])
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=1)
    assert answer["headers"]["Location"] == f"claims/{claim['id']}"
    again = call(get_claim.handler, "claims/get_claim", path={"id": claim["id"]})
    assert (again["body"], again["headers"]["ETag"]) == (answer["body"], answer["headers"]["ETag"])


def test_money_is_exact_and_has_two_decimals(call: Call) -> None:
    text = '"provider_fees":1.10,"allowed_fees":"$1,234.5","member_coinsurance":0.1,"member_copay":" 0.20 "'
    start = json.dumps({name: CLAIM[name] for name in list(CLAIM)[:6]})[:-1]
    body = call(create_claims.handler, POST, body=f"{start},{text}}}")["body"]
    for shown in ('"provider_fees":1.10,', '"allowed_fees":1234.50,', '"member_copay":0.20,', '"net_fee":-1233.10,'):
        assert shown in body


def test_names_in_any_spelling_and_us_dates_are_accepted(call: Call) -> None:
    claim = {
        " Service Date ": "3/28/18 0:00",
        "Submitted Procedure": "D0180",
        "Quadrant": "",
        "Plan/Group #": "GRP-1000",
        "Subscriber#": " 3730189502 ",
        "Provider NPI": "1497775530",
        "provider fees": "$130.00 ",
        "Allowed Fees": 65,
        "member CoInsurance": "16.25",
        "member coPay": 0,
    }
    stored = call(create_claims.handler, POST, body=claim)["json"]
    assert {name: stored[name] for name in CLAIM} == CLAIM | {"quadrant": None}


def test_a_list_is_answered_with_a_list_in_its_order(call: Call) -> None:
    sent = [CLAIM | {"provider_fees": number} for number in range(50)]
    answer = call(create_claims.handler, POST, body=sent)
    assert answer["statusCode"] == 201
    assert [claim["provider_fees"] for claim in answer["json"]] == list(range(50))
    assert len({claim["id"] for claim in answer["json"]}) == 50
    assert len(call(create_claims.handler, POST, body=[CLAIM])["json"]) == 1


def test_every_fault_of_a_list_names_the_clients_field_and_nothing_is_stored(call: Call, feed: Feed) -> None:
    later = (latest_today() + datetime.timedelta(days=1)).isoformat()
    broken = {
        " Service Date ": later,
        "submitted_procedure": "1234",
        "Plan/Group #": "",
        "subscriber#": 5,
        "provider NPI": "149777553",
        "provider fees": -1,
        "Allowed Fees": 0.125,
        "member_coinsurance": "NaN",
        "net/fee": 1,
    }
    answer = call(create_claims.handler, POST, body=[CLAIM, broken, 7])
    assert sorted(faults(answer)) == sorted([
        ("/1/ Service Date ", "must not be in the future"),
        ("/1/submitted_procedure", "must be a CDT code: D and four digits"),
        ("/1/Plan~1Group #", "must have 1 to 100 characters"),
        ("/1/subscriber#", "must be a text"),
        ("/1/provider NPI", "must have 10 digits"),
        ("/1/provider fees", "must not be negative"),
        ("/1/Allowed Fees", "must have at most two decimals"),
        ("/1/member_coinsurance", "must be an amount in dollars, such as 120 or 1,234.50"),
        ("/1/member_copay", "is missing"),
        ("/1/net~1fee", "is not known"),
        ("/2", "must be an object"),
    ])  # fmt: skip
    assert feed.items("CLAIM") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service_date", "1800-01-01"), ("service_date", "2018-02-30"), ("service_date", None),
        ("submitted_procedure", "D123"), ("submitted_procedure", "D12345"), ("submitted_procedure", "E1234"),
        ("quadrant", "XX"), ("quadrant", 10), ("quadrant", "50"),
        ("plan_group_number", "x" * 101), ("plan_group_number", " "), ("subscriber_number", "a\u0000b"),
        ("subscriber_number", ["1"]), ("provider_npi", "14977755301"), ("provider_npi", 149777553),
        ("provider_npi", 1497775530.5), ("provider_npi", True), ("provider_npi", "149777553x"),
        ("provider_npi", "１" * 10), ("provider_fees", "1e9"), ("provider_fees", "9" * 40),
        ("allowed_fees", "1.234"), ("member_copay", None), ("member_copay", True), ("member_copay", 10_000_000),
        ("member_coinsurance", ""), ("member_coinsurance", {}),
    ],
)  # fmt: skip
def test_a_bad_value_is_400_with_its_pointer(call: Call, field: str, value: Any) -> None:
    answer = call(create_claims.handler, POST, body=CLAIM | {field: value})
    assert [pointer for pointer, _ in faults(answer)] == [f"/{field}"]


@pytest.mark.parametrize("number", ["1e9", "9" * 40, "1.234", "-0.01", "0.001", "1E-3", "1.2345e1", "-1E2", "1e-300"])
def test_a_number_that_is_not_an_amount_is_400(call: Call, number: str) -> None:
    text = json.dumps(CLAIM).replace('"provider_fees": 130.0', f'"provider_fees": {number}')
    assert [pointer for pointer, _ in faults(call(create_claims.handler, POST, body=text))] == ["/provider_fees"]


@pytest.mark.parametrize(
    "body", ["", "{", "NaN", '{"provider_fees": NaN}', '{"quadrant":"UR","quadrant":"UL"}', '"\\ud800"']
)
def test_malformed_json_is_400(call: Call, body: str) -> None:
    assert call(create_claims.handler, POST, body=body)["statusCode"] == 400


@pytest.mark.parametrize(
    ("body", "pointer"), [([], ""), ([CLAIM] * 51, ""), ("7", ""), ("null", ""), ([[CLAIM]], "/0")]
)
def test_a_body_that_is_neither_a_claim_nor_a_list_of_1_to_50_is_400(call: Call, body: Any, pointer: str) -> None:
    assert [place for place, _ in faults(call(create_claims.handler, POST, body=body))] == [pointer]


def test_a_field_in_two_spellings_is_400(call: Call) -> None:
    answer = call(create_claims.handler, POST, body=CLAIM | {"Provider Fees": 1})
    assert faults(answer) == [("/Provider Fees", "is provider_fees again")]


def test_another_media_type_is_415_and_a_large_body_413(call: Call) -> None:
    assert call(create_claims.handler, POST, headers={"Content-Type": "text/csv"})["statusCode"] == 415
    assert call(create_claims.handler, POST, body=" " * (4 * 1024 * 1024 + 1))["statusCode"] == 413


@pytest.mark.parametrize("quadrant", ["UR", "LL", "00", "01", "02", "08", "10", "20", "30", "40", " UL "])
def test_a_quadrant_is_two_letters_or_an_area_code(call: Call, quadrant: str) -> None:
    answer = call(create_claims.handler, POST, body=CLAIM | {"quadrant": quadrant})
    assert answer["json"]["quadrant"] == quadrant.strip()


def test_an_npi_may_be_a_json_integer_and_codes_are_in_any_case(call: Call) -> None:
    sent = CLAIM | {"provider_npi": 1497775530, "submitted_procedure": "d0180", "quadrant": "ur"}
    answer = call(create_claims.handler, POST, body=sent)
    assert answer["statusCode"] == 201
    stored = {name: answer["json"][name] for name in ("provider_npi", "submitted_procedure", "quadrant")}
    assert stored == {"provider_npi": "1497775530", "submitted_procedure": "D0180", "quadrant": "UR"}


@pytest.mark.parametrize("npi", [1497775530.5, True, None])
def test_what_is_no_npi_is_told_its_form(call: Call, npi: object) -> None:
    answer = call(create_claims.handler, POST, body=CLAIM | {"provider_npi": npi})
    assert answer["statusCode"] == 400
    assert answer["json"]["errors"] == [{"pointer": "/provider_npi", "message": "must have 10 digits"}]


@pytest.mark.parametrize(("number", "shown"), [("1E+2", "100.00"), ("1.2345e2", "123.45"), ("6500e-2", "65.00")])
def test_an_amount_with_an_exponent_is_taken_if_it_has_exact_cents(call: Call, number: str, shown: str) -> None:
    text = json.dumps(CLAIM).replace('"provider_fees": 130.0', f'"provider_fees": {number}')
    answer = call(create_claims.handler, POST, body=text)
    assert answer["statusCode"] == 201
    assert f'"provider_fees":{shown},' in answer["body"]


def test_a_wrong_check_digit_of_the_npi_is_a_warning(call: Call) -> None:
    answer = call(create_claims.handler, POST, body=CLAIM | {"provider_npi": "1234567890"})
    warning = {"pointer": "/provider_npi", "message": "has a check digit that does not fit"}
    assert (answer["statusCode"], answer["json"]["warnings"]) == (201, [warning])


def test_a_wrong_check_digit_is_an_error_if_the_stack_is_strict(call: Call, environment: Any) -> None:
    environment(STRICT_NPI="true")
    answer = call(create_claims.handler, POST, body=[CLAIM, CLAIM | {"provider_npi": "1234567890", "quadrant": "X"}])
    assert {pointer for pointer, _ in faults(answer)} == {"/1/provider_npi", "/1/quadrant"}


def test_a_client_that_prefers_the_minimum_gets_204(call: Call) -> None:
    answer = call(create_claims.handler, POST, headers={"Prefer": "return=minimal"})
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"]["ETag"]
    claim_id = answer["headers"]["Location"].rsplit("/", 1)[1]
    assert call(get_claim.handler, "claims/get_claim", path={"id": claim_id})["statusCode"] == 200


def test_a_repeat_with_its_idempotency_key_adds_nothing(call: Call, feed: Feed) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = call(create_claims.handler, POST, body=[CLAIM, CLAIM], headers=key)
    again = call(create_claims.handler, POST, body=[CLAIM, CLAIM], headers=key)
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert len(feed.items("CLAIM")) == 2
    other = call(create_claims.handler, POST, body=[CLAIM, CLAIM], headers=key, query={"partial": "true"})
    assert other["statusCode"] == 422


def test_a_failed_validation_leaves_the_idempotency_key_free(call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    assert call(create_claims.handler, POST, body=[CLAIM, 7], headers=key)["statusCode"] == 400
    assert call(create_claims.handler, POST, body=[CLAIM], headers=key)["statusCode"] == 201


def test_a_retry_after_a_crash_finds_the_stored_claims(call: Call, feed: Feed, aws: Any) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = call(create_claims.handler, POST, body=[CLAIM, CLAIM], headers=key)
    _forget_the_answer(aws)
    feed.change(first["json"][0]["id"], status="processed")
    again = call(create_claims.handler, POST, body=[CLAIM, CLAIM], headers=key | {"X-Request-Id": "another"})
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert len(feed.items("CLAIM")) == 2
    held = call(get_claim.handler, "claims/get_claim", path={"id": first["json"][0]["id"]})
    assert held["json"]["status"] == "processed"


def test_a_partial_list_stores_the_valid_claims_and_answers_a_result_for_each(call: Call, feed: Feed) -> None:
    sent: list[Any] = [CLAIM | {"provider_fees": number} for number in range(120)]
    sent[3] = CLAIM | {"provider_npi": "1"}
    sent[119] = 7
    answer = call(create_claims.handler, POST, body=sent, query={"partial": "true"})
    assert answer["statusCode"] == 207
    results = answer["json"]
    assert results[3] == {"status": 400, "errors": [{"pointer": "/3/provider_npi", "message": "must have 10 digits"}]}
    assert results[119] == {"status": 400, "errors": [{"pointer": "/119", "message": "must be an object"}]}
    stored = [result["claim"] for result in results if result["status"] == 201]
    assert [claim["provider_fees"] for claim in stored] == [n for n in range(119) if n != 3]
    assert len(feed.items("CLAIM")) == 118


def test_a_repeat_of_a_complete_partial_answer_is_replayed(call: Call) -> None:
    request = {"body": [CLAIM, 7], "query": {"partial": "true"}, "headers": {"Idempotency-Key": "k-1"}}
    first, again = (call(create_claims.handler, POST, **request) for _ in range(2))
    assert "Idempotency-Replayed" not in first["headers"]
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert again["body"] == first["body"]


def test_a_partial_list_of_501_or_none_is_400(call: Call) -> None:
    for sent in ([CLAIM] * 501, []):
        answer = call(create_claims.handler, POST, body=sent, query={"partial": "true"})
        assert faults(answer) == [("", "must have 1 to 500 claims")]
    assert call(create_claims.handler, POST, query={"partial": "perhaps"})["statusCode"] == 400


def test_a_large_partial_answer_is_the_same_again_and_after_a_crash(
    call: Call, feed: Feed, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MAX_KEPT", 3000)  # 300,000 would take as many claims, and moto minutes
    sent = [CLAIM | {"subscriber_number": "ü" * 100, "plan_group_number": "\U0001f9b7" * 100} for _ in range(20)] + [7]
    ask: dict[str, Any] = {"body": sent, "query": {"partial": "true"}, "headers": {"Idempotency-Key": "k-1"}}
    first = call(create_claims.handler, POST, **ask)
    assert len(first["body"].encode()) > 3000
    ask["headers"] |= {"X-Request-Id": "another"}
    again = call(create_claims.handler, POST, **ask)
    assert (again["statusCode"], again["body"]) == (207, first["body"])
    _forget_the_answer(aws)
    after_a_crash = call(create_claims.handler, POST, **ask)
    assert (after_a_crash["statusCode"], after_a_crash["body"]) == (207, first["body"])
    assert len(feed.items("CLAIM")) == 20


def test_a_repeat_of_a_partial_answer_with_503_stores_the_rest_and_nothing_twice(call: Call, feed: Feed) -> None:
    body = [CLAIM | {"subscriber_number": str(number)} for number in range(250)]
    request = {"body": body, "query": {"partial": "true"}, "headers": {"Idempotency-Key": "k-1"}}
    with injected() as faults:
        # The second batch is stored, but its answer is lost.
        faults.at("TransactWriteItems", 1, done_and_lost("TransactWriteItems"))
        first = call(create_claims.handler, POST, context=Invocation(0), **request)
    statuses = [result["status"] for result in first["json"]]
    assert statuses == [201] * 100 + [503] * 100 + [201] * 50
    again = call(create_claims.handler, POST, **request)
    assert [result["status"] for result in again["json"]] == [201] * 250
    ids = [result["claim"]["id"] for result in again["json"]]
    assert ids[:100] == [result["claim"]["id"] for result in first["json"][:100]]
    assert len(feed.items("CLAIM")) == 250
    assert call(create_claims.handler, POST, **request)["body"] == again["body"]


def test_another_tenant_has_claims_of_its_own(call: Call) -> None:
    claim_id = call(create_claims.handler, POST)["json"]["id"]
    assert call(get_claim.handler, "claims/get_claim", path={"id": claim_id}, tenant="other")["statusCode"] == 404


def _forget_the_answer(aws: Any) -> None:
    """Leave the requests' markers as after a crash between storing and answering."""
    dynamodb = aws.create_client("dynamodb")
    for item in dynamodb.scan(TableName="RequestsTable")["Items"]:
        item.pop("answer")
        dynamodb.put_item(TableName="RequestsTable", Item=item | {"locked_until": {"N": "0"}})

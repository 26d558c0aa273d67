"""Tokens through the gateway: signed in KMS, checked by the authorizer, with the rights of their user type."""

import json
import uuid
from typing import Any

import jwt
import pytest

from auth.users.passwords import hash_password
from localstack.deployed import aws_client
from tests.integration.conftest import Answer, Api


@pytest.fixture
def anybody(stack: dict[str, Any]) -> Api:
    return Api(stack["api_url"])


@pytest.fixture
def patient(stack: dict[str, Any], anybody: Api) -> Api:
    """The API as a patient calls it, who is stored as `repository.py` of auth says."""
    email, user_id, password = f"{uuid.uuid4().hex}@example.com", uuid.uuid4().hex, "correct horse battery"
    user = {"email": email, "user_type": "patient", "password_hash": hash_password(password)}
    items = [
        {"pk": f"EMAIL#{email}", "sk": "EMAIL", "tenant": "main", "user_id": user_id},
        {"pk": f"main#{user_id}", "sk": "USER", **user},
    ]
    for item in items:
        typed: dict[str, Any] = {name: {"S": text} for name, text in item.items()} | {"active": {"BOOL": True}}
        aws_client(stack, "dynamodb").put_item(TableName=stack["tables"]["auth"], Item=typed)
    answer = anybody.post("/auth/login", {"email": email, "password": password})
    return Api(stack["api_url"], {"Authorization": f"Bearer {answer.json()['access_token']}"})


def assert_problem(answer: Answer, status: int) -> None:
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["requestId"]


def test_a_token_is_verified_by_the_published_keys(stack: dict[str, Any], anybody: Api) -> None:
    logged_in = anybody.post("/auth/login", stack["admin"]).json()
    keys = jwt.PyJWKSet.from_dict(anybody.get("/.well-known/jwks.json").json())
    token = logged_in["access_token"]
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["ES256"], audience="payerworks-api")
    assert claims["sub"] == logged_in["user_id"]
    assert claims["iss"].startswith("urn:payerworks:")


def test_no_token_and_a_bad_one_are_401_and_say_how_to_authenticate(
    stack: dict[str, Any], api: Api, anybody: Api
) -> None:
    good = api.headers["Authorization"]
    invalid = 'Bearer error="invalid_token", error_description="The access token has expired or is not valid."'
    for authorization, challenge in (
        (None, "Bearer"),
        ("Basic YTpi", "Bearer"),
        ("Bearer x.y.z", invalid),
        (good[:-8] + "AAAAAAAA", invalid),
    ):
        sent = {"X_Request_Id": "mine"} | ({"Authorization": authorization} if authorization else {})
        answer = anybody.get("/v1/plan", **sent)
        assert_problem(answer, 401)
        assert (answer.headers["www-authenticate"], answer.headers["x-request-id"]) == (challenge, "mine")
        assert answer.headers["access-control-allow-origin"] == "*"
    assert api.get("/v1/plan").status == 200


def test_a_patient_reads_plans_and_writes_none(patient: Api) -> None:
    assert patient.get("/v1/plan").status == 200
    assert patient.get("/v1/plan/there-is-none").status == 404
    assert_problem(patient.post("/v1/plan", {}), 403)
    assert_problem(patient.call("DELETE", "/v1/plan/there-is-none"), 403)


def test_a_wrong_password_is_401(stack: dict[str, Any], anybody: Api) -> None:
    answer = anybody.post("/auth/login", stack["admin"] | {"password": "not it"})
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_first_administrator_is_made_once(stack: dict[str, Any]) -> None:
    answer = aws_client(stack, "lambda").invoke(
        FunctionName=stack["functions"]["CreateFirstAdmin"], Payload=json.dumps(stack["admin"]).encode()
    )
    assert json.loads(answer["Payload"].read())["created"] is False

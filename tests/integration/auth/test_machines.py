"""Machines on the deployed stack: POST /auth/token, and the rotation of the keys that sign tokens."""

import base64
import json
import time
import urllib.parse
import uuid
from typing import Any

import jwt
import pytest

from localstack.deployed import aws_client
from tests.integration.conftest import Answer, Api


@pytest.fixture
def machine(api: Api) -> dict[str, Any]:
    """A new client that reads plans."""
    answer = api.post("/clients", {"name": f"nightly {uuid.uuid4().hex}", "roles": ["plans"]})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


def token_answer(api: Api, form: dict[str, str], **headers: str) -> Answer:
    body = urllib.parse.urlencode({"grant_type": "client_credentials", **form}).encode()
    return Api(api.url).call("POST", "/auth/token", body, Content_Type="application/x-www-form-urlencoded", **headers)


def secret_of(machine: dict[str, Any]) -> dict[str, str]:
    return {name: machine[name] for name in ("client_id", "client_secret")}


def as_machine(api: Api, answer: Answer) -> Api:
    assert answer.status == 200, answer.status
    return Api(api.url, {"Authorization": f"Bearer {answer.json()['access_token']}"})


def test_a_machine_calls_what_its_roles_allow_until_it_is_deleted(api: Api, machine: dict[str, Any]) -> None:
    caller = as_machine(api, token_answer(api, secret_of(machine)))
    assert [caller.get(path).status for path in ("/v1/plan", "/claims", "/users")] == [200, 403, 403]
    assert api.call("DELETE", f"/clients/{machine['client_id']}").status == 204
    assert caller.get("/v1/plan").status == 401
    assert token_answer(api, secret_of(machine)).status == 401


def test_a_secret_may_come_by_http_basic_and_a_wrong_one_is_refused(api: Api, machine: dict[str, Any]) -> None:
    credentials = base64.b64encode(":".join(secret_of(machine).values()).encode()).decode()
    assert token_answer(api, {}, Authorization=f"Basic {credentials}").status == 200
    refused = token_answer(api, secret_of(machine) | {"client_secret": "x" * 43})
    assert (refused.status, refused.json()["error"]) == (401, "invalid_client")


def published_kids(api: Api) -> set[str | None]:
    return {key.key_id for key in jwt.PyJWKSet.from_dict(api.get("/.well-known/jwks.json").json()).keys}


def test_a_rotated_key_is_published_within_a_minute_and_no_token_ends(stack: dict[str, Any], api: Api) -> None:
    def rotated(event: dict[str, Any]) -> list[dict[str, Any]]:
        answer = aws_client(stack, "lambda").invoke(
            FunctionName=stack["functions"]["RotateTokenKeys"], Payload=json.dumps(event).encode()
        )
        keys: list[dict[str, Any]] = json.loads(answer["Payload"].read())["keys"]
        return keys

    before = rotated({"list": True})
    # A stack that is kept between runs may have a key that waits: then another rotation is refused.
    keys = before if before[0]["state"] == "waits" else rotated({})
    assert [key["state"] for key in keys[:2]] == ["waits", "signs"]
    expected = {key["kid"] for key in keys if key["state"] != "ended"}
    end = time.monotonic() + 90
    while published_kids(api) != expected:
        assert time.monotonic() < end, "the new key is not published"
        time.sleep(2)
    assert api.get("/v1/plan").status == 200
    new = Api(api.url).post("/auth/login", stack["admin"]).json()["access_token"]
    assert jwt.get_unverified_header(new)["kid"] == keys[1]["kid"]

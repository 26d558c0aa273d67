"""`payerworks api`: the description, the schema of a plan, and a Postman collection whose requests work."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from payerworks_cli.api import Api
from plans.plan.example_plan import EXAMPLE
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import API, Service
from tests.unit.described import document

OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}


@pytest.fixture
def collection(stack_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(run(stack_dir, "api", "postman")))
    return found


def requests(collection: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The requests of a collection, by method and path."""
    found = [each["request"] for folder in collection["item"] for each in folder["item"]]
    return {f"{each['method']} /{'/'.join(each['url']['path'])}": each for each in found}


def test_the_description_is_printed_as_it_is_served(service: Service, stack_dir: Path) -> None:
    assert json.loads(printed(run(stack_dir, "api", "description"))) == document()
    assert set(service.asked) == {"GET /openapi.json"}, "it needs no login"


def test_the_schema_that_is_printed_takes_a_plan(stack_dir: Path) -> None:
    schema = json.loads(printed(run(stack_dir, "api", "schema")))
    assert schema["$id"] == "urn:payerworks:schema:plan"
    assert jsonschema_rs.is_valid(schema, EXAMPLE)
    assert not jsonschema_rs.is_valid(schema, {**EXAMPLE, "planCostShares": None})


def test_a_collection_has_a_folder_for_each_tag_and_a_request_for_each_operation(collection: dict[str, Any]) -> None:
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert [folder["name"] for folder in collection["item"]] == [tag["name"] for tag in document()["tags"]]
    paths = {name.replace("{", ":").replace("}", ""): operation for name, operation in OPERATIONS.items()}
    assert requests(collection).keys() == paths.keys()
    for name, request in requests(collection).items():
        assert request["description"] == paths[name]["description"]
        assert ("body" in request) == ("requestBody" in paths[name])
        names = [part.removeprefix(":") for part in request["url"]["path"] if part.startswith(":")]
        assert [each["key"] for each in request["url"]["variable"]] == names
        assert all(each["value"] and each["description"] for each in request["url"]["variable"])


def test_the_token_is_a_variable_and_public_calls_send_none(collection: dict[str, Any]) -> None:
    assert collection["auth"]["bearer"][0]["value"] == "{{token}}"
    assert {each["key"]: each["value"] for each in collection["variable"]} == {"api": API.rstrip("/"), "token": ""}
    public = {name.split(" ")[1] for name, request in requests(collection).items() if "auth" in request}
    assert {"/auth/login", "/health", "/openapi.json"} <= public
    assert "/claims" not in public


def sent(collection: dict[str, Any], name: str, api: Api) -> httpx.Response:
    """The answer to a request of the collection, with its variables filled in as Postman does."""
    request = requests(collection)[name]
    url = request["url"]["raw"].replace("{{api}}", collection["variable"][0]["value"])
    for variable in request["url"]["variable"]:
        url = url.replace(f":{variable['key']}", variable["value"])
    headers = {each["key"]: each["value"] for each in request["header"] if not each.get("disabled")}
    if "auth" not in request:
        headers["Authorization"] = f"Bearer {api.token}"
    body = request.get("body", {})
    form = {each["key"]: each["value"] for each in body.get("urlencoded", [])}
    return httpx.request(request["method"], url, headers=headers, content=body.get("raw"), data=form or None)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("POST /v1/plan", 201),
        ("POST /claims", 201),
        ("GET /claims", 200),
        ("GET /health/live", 200),
        ("GET /claims/:id", 404),
        ("POST /api/v1/institutions", 201),
        ("POST /auth/token", 401),
    ],
)
def test_a_request_of_the_collection_works(collection: dict[str, Any], api: Api, name: str, status: int) -> None:
    assert sent(collection, name, api).status_code == status

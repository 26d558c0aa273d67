import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from ops import get_api_description
from ops.description import api_description
from plans.plan.models import MAX_PART_BYTES, check_plan
from tests.unit.conftest import Call, api_event

DOCUMENT: dict[str, Any] = api_description.description()


def test_it_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_is_served_unchanged_from_the_file(call: Call) -> None:
    answer = call(get_api_description.handler, "ops/get_api_description")
    assert answer["statusCode"] == 200
    assert answer["body"] == api_description.FILE.read_text(encoding="utf-8")
    assert answer["json"] == DOCUMENT
    etag = answer["headers"]["ETag"]
    unchanged = call(get_api_description.handler, "ops/get_api_description", headers={"If-None-Match": etag})
    assert (unchanged["statusCode"], unchanged["body"], unchanged["headers"]["ETag"]) == (304, "", etag)


def test_an_operation_is_described_with_its_requests_and_answers() -> None:
    operation = DOCUMENT["paths"]["/v1/plan"]["post"]
    assert operation["operationId"] == "create_plan"
    assert operation["tags"] == ["plans"]
    assert operation["summary"] == "Store a new plan."
    plan = {"$ref": "#/components/schemas/Plan"}
    assert operation["description"] == "For administrators, staff and machines with the role `plans`."
    (content,) = operation["requestBody"]["content"].values()
    assert content["schema"] == plan
    assert content["example"] == json.loads(api_event("plans/create_plan")["body"])
    assert operation["responses"]["201"]["content"]["application/json"]["schema"] == plan
    told = {"201", "204", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503", "504"}
    assert told == set(operation["responses"])
    assert {"$ref": "#/components/parameters/Idempotency-Key"} in operation["parameters"]
    assert "security" not in operation


def test_parameters_are_those_of_path_and_query() -> None:
    (name,) = DOCUMENT["paths"]["/v1/plan/{id}"]["get"]["parameters"][:1]
    assert (name["name"], name["in"], name["required"]) == ("id", "path", True)
    query = {each["name"]: each for each in DOCUMENT["paths"]["/v1/plan"]["get"]["parameters"] if "in" in each}
    assert list(query) == ["limit", "cursor", "_org", "planType"]
    assert query["limit"]["schema"] == {"default": 20, "maximum": 100, "minimum": 1, "type": "integer"}
    assert query["_org"]["schema"] == {"maxLength": 256, "type": "string"}
    assert "PlanListQuery" not in DOCUMENT["components"]["schemas"]


def test_only_public_operations_need_no_token() -> None:
    operations = [
        (method, path, operation)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    public = {f"{method} {path}" for method, path, operation in operations if operation.get("security") == []}
    assert public == {
        "get /.well-known/jwks.json",
        "get /assets/{file}",
        "get /console",
        "get /docs",
        "get /health",
        "get /health/live",
        "get /openapi.json",
        "get /redoc",
        "post /auth/password/forgotten",
        "post /auth/password/reset",
        "post /auth/passkey-login/options",
        *ATTEMPTS,
    }
    assert DOCUMENT["security"] == [{"token": []}]
    for method, path, operation in operations:
        assert ("401" in operation["responses"]) == (f"{method} {path}" not in public - ATTEMPTS)


ATTEMPTS = {"post /auth/login", "post /auth/passkey-login", "post /auth/refresh", "post /auth/token"}
"""Public operations that refuse what does not prove who calls."""
CLAIM = json.loads(api_event("claims/create_claims")["body"])
RECORD = json.loads(api_event("intake/ingest_records")["body"])[0]


@pytest.mark.parametrize(
    ("schema", "taken", "refused"),
    [
        ("SubmittedClaims", [CLAIM] * 500, []),
        ("SubmittedClaims", [CLAIM], [CLAIM] * 501),
        ("SubmittedClaim", CLAIM | {"provider_fees": " $ 1,234.50 "}, CLAIM | {"provider_fees": ""}),
        ("SubmittedClaim", CLAIM | {"member_copay": "120.5"}, CLAIM | {"member_copay": "120.505"}),
        ("SubmittedClaim", CLAIM, CLAIM | {"subscriber_number": " "}),
        ("IngestRecords", [RECORD], []),
        ("IngestUploadRequest", {"filename": "Visits.CSV.gz"}, {"filename": "visits.txt"}),
        ("FileMapping", {"columns": {"mrn": ["a", "b"]}}, {"columns": {"mrn": []}}),
        ("FileMapping", {"columns": {"mrn": "a"}}, {"columns": {"mrn": ""}}),
    ],
)
def test_the_description_of_a_body_accepts_what_the_operation_accepts(schema: str, taken: Any, refused: Any) -> None:
    described = Draft202012Validator(DOCUMENT | {"$ref": f"#/components/schemas/{schema}"})
    assert described.is_valid(taken)
    assert not described.is_valid(refused)


def test_a_session_by_cookie_is_described() -> None:
    refresh = DOCUMENT["paths"]["/auth/refresh"]["post"]
    assert {"$ref": "#/components/parameters/X-Session"} in refresh["parameters"]
    assert not refresh["requestBody"]["required"]
    assert "Set-Cookie" in refresh["responses"]["200"]["headers"]
    assert "refresh_token" not in DOCUMENT["components"]["schemas"]["LoggedIn"]["required"]
    assert DOCUMENT["paths"]["/auth/login"]["post"]["requestBody"]["required"]


def test_the_example_of_a_plan_is_a_valid_plan() -> None:
    (example,) = DOCUMENT["components"]["schemas"]["Plan"]["examples"]
    assert check_plan(example) == example


def test_limits_are_described() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    part = f"{MAX_PART_BYTES // 1000} KB"
    assert part in schemas["Plan"]["description"]
    assert part in schemas["LinkedPlanService"]["description"]
    search = DOCUMENT["paths"]["/v1/plan/search"]["get"]["parameters"]
    [q] = [parameter for parameter in search if parameter.get("name") == "q"]
    assert q["schema"]["maxLength"] == 1000
    assert "1,000 characters" in q["description"]
    key = DOCUMENT["components"]["parameters"]["Idempotency-Key"]
    assert (key["schema"]["minLength"], key["schema"]["maxLength"]) == (1, 255)


def test_each_write_of_one_resource_takes_both_preconditions() -> None:
    names = {"#/components/parameters/If-Match", "#/components/parameters/If-None-Match"}
    for path, method in (
        ("/v1/plan/{id}", "put"),
        ("/v1/plan/{id}", "patch"),
        ("/v1/plan/{id}", "delete"),
        ("/claims/{id}/void", "post"),
    ):
        operation = DOCUMENT["paths"][path][method]
        assert names <= {parameter.get("$ref") for parameter in operation["parameters"]}
        assert "412" in operation["responses"]

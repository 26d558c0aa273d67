"""What each type of user may call: of all routes, exactly these."""

import fnmatch

import pytest

from auth.users.rights import RIGHTS, UserType
from tests.unit.conftest import TEMPLATE

READS_OF_PLANS = {
    "GET /v1/plan",
    "GET /v1/plan/{id}",
    "GET /v1/plan/{id}/history",
    "GET /v1/plan/es_data",
    "GET /v1/plan/es_plan/{id}",
    "GET /v1/plan/search",
}


def routes() -> set[str]:
    """All routes that need a token."""
    functions = [
        resource["Properties"]
        for resource in TEMPLATE.template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    events = [event for function in functions for event in function.get("Events", {}).values()]
    calls = [event["Properties"] for event in events if event["Type"] == "Api"]
    return {f"{call['Method'].upper()} {call['Path']}" for call in calls if "Auth" not in call}


@pytest.mark.parametrize(
    ("user_type", "allowed"),
    [
        ("patient", READS_OF_PLANS),
        ("doctor", READS_OF_PLANS),
        ("institution", READS_OF_PLANS | {"POST /claims"}),
        ("admin", routes()),
    ],
)
def test_a_type_of_users_has_these_rights_and_no_others(user_type: UserType, allowed: set[str]) -> None:
    rights = RIGHTS[user_type]
    found = {route for route in routes() if any(fnmatch.fnmatchcase(route, right) for right in rights)}
    assert found == allowed


def test_there_are_no_other_types() -> None:
    assert set(RIGHTS) == {"patient", "doctor", "institution", "admin"}

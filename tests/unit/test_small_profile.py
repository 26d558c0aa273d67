"""A deployment without OpenSearch and Redis (profile small): each call works or is listed as not served."""

import importlib
import re
import urllib.parse
from typing import Any

import pytest

from intake import list_registry_patients
from intake.registry import registry_items
from intake.registry import repository as registry
from intake.registry.registry_rules import Person, StoredPatient
from payerworks.redis_connection import redis
from payerworks.settings import settings
from plans import create_plan, find_indexed_objects, search_plans
from plans.lookup import table_lookup
from search import start_drift_check, start_reindex
from tests.unit.conftest import ROOT, Call, api_event
from tests.unit.described import check_described
from tests.unit.vpc_services import FUNCTIONS, servers_of

HANDLERS: dict[str, tuple[Any, str]] = {
    "GET /v1/plan/search": (search_plans.handler, "plans/search_plans"),
    "GET /v1/plan/es_data": (find_indexed_objects.handler, "plans/find_indexed_objects"),
    "GET /patients": (list_registry_patients.handler, "intake/list_registry_patients"),
    "POST /admin/search/drift": (start_drift_check.handler, "search/start_drift_check"),
    "POST /admin/search/reindex": (start_reindex.handler, "search/start_reindex"),
}
SECTION = (ROOT / "docs/aws.md").read_text().partition("\n## Profile small\n")[2].partition("\n## ")[0]
LISTED = re.findall(r"^\| `(\w+ /[^`]+)` \|", SECTION.partition("\n| not served |")[2], re.MULTILINE)
CALLED = [
    FUNCTIONS[name]["Handler"].removesuffix(".handler").replace(".", "/")
    for name in FUNCTIONS
    if servers_of(name) and not name.startswith("On") and name != "GetHealth"
]
"""The operations whose code reaches OpenSearch or Redis (health, which also asks Lambda, has its own test)."""


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    """A plan and a patient, which are more than a search reads."""
    call(create_plan.handler, "plans/create_plan")
    patient = StoredPatient("1", Person("Ada", "Field", "1990-02-14"), "stamp", "job#1")
    registry_items.TABLE.put(registry_items.patient_item("acme", patient))
    monkeypatch.setattr(table_lookup, "MOST_READ", 0)
    monkeypatch.setattr(registry, "MOST_NAMES", 0)


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("listed", LISTED)
def test_what_is_not_served_says_so(listed: str) -> None:
    route, _, query = listed.partition("?")
    handler, name = HANDLERS[route]
    given = dict(urllib.parse.parse_qsl(query)) or None
    answer = handler(api_event(name) | {"queryStringParameters": given, "multiValueQueryStringParameters": None}, None)
    check_described(handler, answer)
    assert answer["statusCode"] == 400, answer["body"]
    assert "urn:payerworks:problem:not-supported" in answer["body"]
    assert "This deployment has no search engine: " in answer["body"]


def test_all_that_is_not_served_is_listed() -> None:
    assert {listed.partition("?")[0] for listed in LISTED} == HANDLERS.keys()
    refusals = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "functions").rglob("*.py")
        for _ in re.findall(r"raise needs_engine\(", file.read_text())
    ]
    assert sorted(refusals) == [
        "functions/intake/registry/repository.py",
        "functions/plans/lookup/table_lookup.py",
        "functions/plans/lookup/table_lookup.py",
        "functions/plans/lookup/table_lookup.py",
        "functions/search/jobs/answers.py",
    ], "list what is new in docs/aws.md, Profile small"


@pytest.mark.parametrize("operation", CALLED)
def test_no_call_waits_for_a_server_that_is_not_there(call: Call, operation: str) -> None:
    # Unit tests open no connection (conftest), so one that was tried would be an AssertionError.
    assert (settings().redis_url, settings().opensearch_endpoint, redis()) == ("", "", None)
    answer = call(importlib.import_module(operation.replace("/", ".")).handler, operation)
    assert answer["statusCode"] < 500

"""The saved objects for OpenSearch Dashboards fit the indexes and each other."""

import json
import re
from typing import Any

from intake.registry import search_index
from plans.index import documents
from tests.unit.conftest import ROOT

LINES = (ROOT / "docs/opensearch-dashboards.ndjson").read_text().splitlines()
OBJECTS = {entry["id"]: entry for entry in map(json.loads, LINES)}
DEFINITIONS = {"plans": documents.definition(), "patients": search_index.definition()}
AGGREGATED = {"keyword", "date", "long", "boolean"}
"""Types of fields by which OpenSearch can group."""


def fields_of(index: str) -> dict[str, Any]:
    title = OBJECTS[index]["attributes"]["title"]
    properties: dict[str, Any] = DEFINITIONS[title]["mappings"]["properties"]
    return properties


def test_all_that_they_refer_to_is_there() -> None:
    assert len(OBJECTS) == len(LINES)
    referred = {(each["type"], each["id"]) for entry in OBJECTS.values() for each in entry["references"]}
    assert referred <= {(entry["type"], entry["id"]) for entry in OBJECTS.values()}
    shown = {each["id"] for each in OBJECTS["payerworks-indexes"]["references"]}
    assert shown == {name for name, entry in OBJECTS.items() if entry["type"] == "visualization"}


def test_each_chart_groups_by_fields_that_its_index_has() -> None:
    charts = [entry for entry in OBJECTS.values() if entry["type"] == "visualization"]
    for chart in charts:
        fields = fields_of(chart["references"][0]["id"])
        state = json.loads(chart["attributes"]["visState"])
        grouped = {each["params"]["field"] for each in state["aggs"] if "field" in each["params"]}
        query = json.loads(chart["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
        for name in grouped | set(re.findall(r"(\w+):", query)):
            assert fields[name]["type"] in AGGREGATED, (chart["id"], name)


def test_the_time_of_an_index_is_a_date() -> None:
    patterns = [entry for entry in OBJECTS.values() if entry["type"] == "index-pattern"]
    times = {entry["id"]: entry["attributes"].get("timeFieldName") for entry in patterns}
    assert times == {"payerworks-plans": "indexedAt", "payerworks-patients": None}
    assert fields_of("payerworks-plans")["indexedAt"]["type"] == "date"

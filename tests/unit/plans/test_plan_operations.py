"""docs/plan-operations.yaml says of the topic what is published to it."""

import datetime
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from payerworks.aws import client
from payerworks.settings import settings
from plans import create_plan, delete_plan, patch_plan, replace_plan
from plans.on_plan_changed import plan_operation
from tests.unit.conftest import ROOT, Call
from tests.unit.plans.plans import changed, large_plan

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs/plan-operations.yaml").read_text())
MESSAGE = DOCUMENT["components"]["messages"]["planOperation"]
SCHEMA = DOCUMENT["components"]["schemas"]["planOperation"]
# What AsyncAPI takes a schema for when it names no other format is a superset of this draft.
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
EXAMPLES = {example["name"]: example["payload"] for example in MESSAGE["examples"]}


def told() -> list[dict[str, Any]]:
    """What is published of all changes that were made, in their order."""
    items = client("dynamodb").scan(TableName=settings().tables["plans"])["Items"]
    records = [
        {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item}}
        for item in items
    ]
    return sorted(filter(None, map(plan_operation, records)), key=lambda operation: operation["version"])


def check(message: dict[str, Any]) -> None:
    VALIDATOR.validate(message)
    assert set(message) == set(SCHEMA["properties"]), "a member is not described"
    assert datetime.datetime.fromisoformat(message["at"]).tzinfo is not None
    assert message["changedCount"] >= len(message["changed"])


def test_each_kind_of_change_is_published_as_described(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(patch_plan.handler, "plans/patch_plan")
    call(replace_plan.handler, "plans/replace_plan", body=changed(planType="replaced"))
    call(delete_plan.handler, "plans/delete_plan")
    operations = told()
    assert [operation["operation"] for operation in operations] == SCHEMA["properties"]["operation"]["enum"]
    for operation in operations:
        check(operation)
    assert len({operation["eventId"] for operation in operations}) == 4


def test_of_a_large_change_100_ids_are_listed_and_all_counted(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", body=large_plan(101))
    (operation,) = told()
    check(operation)
    assert (len(operation["changed"]), operation["changedCount"]) == (100, 102)


@pytest.mark.parametrize("kind", SCHEMA["properties"]["operation"]["enum"])
def test_there_is_an_example_of_each_kind_and_it_is_valid(kind: str) -> None:
    assert EXAMPLES[kind]["operation"] == kind
    check(EXAMPLES[kind])


def test_the_schema_refuses_what_is_never_published() -> None:
    good = EXAMPLES["patched"]
    wrong = [
        {"operation": "moved"},
        {"version": 0},
        {"changed": ["a", "a"]},
        {"changed": [str(number) for number in range(101)]},
        {"changedCount": "1"},
        {"objectId": ""},
    ]
    assert VALIDATOR.is_valid(good)
    assert not [change for change in wrong if VALIDATOR.is_valid(good | change)]


def references(value: Any) -> Iterator[str]:
    """Every `$ref` anywhere in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from references(member)


def test_the_description_is_whole() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    for reference in references(DOCUMENT):
        found: Any = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert found
    (channel,), (operation,) = DOCUMENT["channels"].values(), DOCUMENT["operations"].values()
    assert operation["action"] == "send"
    assert "{stack}" in channel["address"]
    assert set(channel["parameters"]) == {"stack"}


def test_the_topic_has_the_name_that_is_described() -> None:
    from tests.unit.template import load

    topic = load(ROOT / "template.yaml")["Resources"]["PlanOperations"]["Properties"]["TopicName"]["Sub"]
    address = DOCUMENT["channels"]["planOperations"]["address"]
    assert topic.replace("${AWS::StackName}", "{stack}") == address

"""Every topic has a description (AsyncAPI 3) in docs, which is whole and whose examples are valid."""

from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from claims.claim.status import MOVES, ClaimStatus
from tests.unit.conftest import ROOT, TEMPLATE

DOCUMENTS: dict[str, dict[str, Any]] = {
    file.stem: yaml.safe_load(file.read_text()) for file in sorted(ROOT.glob("docs/*-operations.yaml"))
}
every_topic = pytest.mark.parametrize("name", DOCUMENTS)


def references(value: Any) -> Iterator[str]:
    """Every `$ref` anywhere in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from references(member)


def referred(document: dict[str, Any], reference: str) -> Any:
    """What a reference leads to."""
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_every_topic_of_the_template_is_described() -> None:
    resources = TEMPLATE.template["Resources"].values()
    topics = [
        resource["Properties"]["TopicName"]["Sub"] for resource in resources if resource["Type"] == "AWS::SNS::Topic"
    ]
    addresses = [channel["address"] for document in DOCUMENTS.values() for channel in document["channels"].values()]
    assert sorted(topic.replace("${AWS::StackName}", "{stack}") for topic in topics) == sorted(addresses)


@every_topic
def test_a_description_is_whole(name: str) -> None:
    document = DOCUMENTS[name]
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version", "description", "license", "tags"} <= document["info"].keys()
    assert document["info"]["license"].keys() == {"name", "url"}, "AsyncAPI has no identifiers of licenses"
    assert document["servers"]["aws"]["protocol"] == "sns"
    assert all(referred(document, reference) for reference in references(document))
    (channel,), (operation,) = document["channels"].values(), document["operations"].values()
    assert {"title", "description", "parameters", "messages", "bindings"} <= channel.keys()
    assert channel["address"] == channel["bindings"]["sns"]["name"] == f"{{stack}}-{name}"
    assert operation["action"] == "send"
    assert {"title", "summary", "description", "messages"} <= operation.keys()


@every_topic
def test_every_member_of_a_message_is_explained_and_shown(name: str) -> None:
    (message,) = DOCUMENTS[name]["components"]["messages"].values()
    schema = referred(DOCUMENTS[name], message["payload"]["$ref"])
    assert {"name", "title", "summary", "contentType"} <= message.keys()
    assert [
        member for member, part in schema["properties"].items() if not part.get("description", "").endswith(".")
    ] == []
    assert all(example["name"] and example["summary"] for example in message["examples"])
    shown = {member for example in message["examples"] for member in example["payload"]}
    assert shown == schema["properties"].keys() == set(schema["required"])


@every_topic
def test_the_examples_of_messages_are_valid(name: str) -> None:
    (message,) = DOCUMENTS[name]["components"]["messages"].values()
    schema = referred(DOCUMENTS[name], message["payload"]["$ref"])
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    assert [
        error.message for example in message["examples"] for error in validator.iter_errors(example["payload"])
    ] == []


def test_the_words_of_claims_are_those_of_the_code() -> None:
    members = DOCUMENTS["claim-operations"]["components"]["schemas"]["claimOperation"]["properties"]
    assert members["status"]["enum"] == list(get_args(ClaimStatus))
    assert set(members["operation"]["enum"]) == {"created", *MOVES, "reversed"}

"""The description explains all that a stranger meets: with one sentence, and an example that holds."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from ops.description import answers, api_description
from ops.description.examples import example_of
from ops.description.operations import operations
from ops.description.schemas import model_of
from ops.description.words.members import ROOMS, WORDS, key_of
from ops.description.words.paths import PATHS
from ops.description.words.statuses import OF_OPERATIONS, sentence
from payerworks import errors
from tests.unit.described import document, resolved, validator

COMPONENTS = document()["components"]
SCHEMAS: dict[str, Any] = COMPONENTS["schemas"]
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}
MEMBERS = {
    f"{name}.{member}": part
    for name, schema in SCHEMAS.items()
    for member, part in schema.get("properties", {}).items()
}
PARAMETERS = {
    f"{route} {resolved(parameter)['name']}": resolved(parameter)
    for route, operation in OPERATIONS.items()
    for parameter in operation["parameters"]
}
ERRORS = [
    error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.PayerworksError)
]
TYPES = {
    status: " or ".join(f"`{errors.problem_type(error)}`" for error in ERRORS if error.status == status)
    for status in {error.status for error in ERRORS}
}
EXPLAINED = {"MEMBERS": MEMBERS, "PARAMETERS": PARAMETERS, "HEADERS": COMPONENTS["headers"], "OPERATIONS": OPERATIONS}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    return [error.message for error in validator(json.dumps(schema)).iter_errors(value)]


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each body of a request or an answer, with a name."""
    for route, operation in OPERATIONS.items():
        for media_type, content in operation.get("requestBody", {"content": {}})["content"].items():
            yield f"{route} {media_type}", content
        for status, answer in operation["responses"].items():
            for content in resolved(answer).get("content", {}).values():
                yield f"{route} {status}", content


@pytest.mark.parametrize("kind", EXPLAINED)
def test_everything_has_a_sentence(kind: str) -> None:
    described = {name: each.get("description", "") for name, each in EXPLAINED[kind].items()}
    assert [name for name, text in described.items() if not text.rstrip("`").endswith((".", ")"))] == []


@pytest.mark.parametrize("kind", EXPLAINED)
def test_no_sentence_only_repeats_the_name(kind: str) -> None:
    idle = {"the", "a", "an", "of", "is", "this", "its", "s"}
    for name, each in EXPLAINED[kind].items():
        said = {
            word.strip("s") for word in "".join(c if c.isalnum() else " " for c in each["description"].lower()).split()
        }
        named = {part.strip("s") for part in name.replace(".", "_").replace(" ", "_").lower().split("_")}
        assert said - named - idle, f"{name}: {each['description']}"


def test_every_answer_says_when_it_comes() -> None:
    for route, operation in OPERATIONS.items():
        assert operation["summary"].endswith(".")
        for status, answer in operation["responses"].items():
            text = answer.get("description") or resolved(answer)["description"]
            assert text.endswith("."), f"{route} {status}: {text}"


def test_every_problem_names_its_type() -> None:
    for route, operation in OPERATIONS.items():
        for status, answer in operation["responses"].items():
            if "application/problem+json" in resolved(answer).get("content", {}):
                text = answer.get("description") or resolved(answer)["description"]
                kind = TYPES[int(status)]
                assert text.endswith(f"Type {kind}."), f"{route} {status}"


def test_a_status_that_nothing_explains_is_refused() -> None:
    with pytest.raises(LookupError, match=r"words/statuses\.py does not say when list_claims answers 409"):
        sentence("list_claims", 409, ())


def test_the_example_of_every_member_is_valid() -> None:
    assert {name: found for name, part in MEMBERS.items() if (found := faults(part, example_of(part, SCHEMAS)))} == {}


def test_every_member_that_is_no_other_model_has_an_example_of_its_own() -> None:
    assert [name for name, part in MEMBERS.items() if "$ref" not in str(part) and not part.get("examples")] == []


@pytest.mark.parametrize("kind", ["PARAMETERS", "HEADERS"])
def test_the_example_of_every_parameter_and_header_is_valid(kind: str) -> None:
    assert {
        name: found for name, each in EXPLAINED[kind].items() if (found := faults(each["schema"], each["example"]))
    } == {}


def test_every_body_has_a_valid_example() -> None:
    assert {name: found for name, each in contents() if (found := faults(each["schema"], each["example"]))} == {}


def test_the_example_of_a_request_is_taken_by_its_model() -> None:
    for operation in operations():
        if operation.declared["body"]:
            content = OPERATIONS[f"{operation.method} {operation.path}"]["requestBody"]["content"]
            for media_type in operation.declared["body_types"]:
                TypeAdapter(model_of(operation.declared["body"])).validate_python(content[media_type]["example"])


def test_every_word_is_needed() -> None:
    queries = {model_of(declared["query"]) for each in operations() if (declared := each.declared)["query"]}
    members = [tuple(name.split(".")) for name in MEMBERS]
    members += [
        (query.__name__, field.alias or name) for query in queries for name, field in query.model_fields.items()
    ]
    assert {key_of(model, member) for model, member in members} >= WORDS.keys()
    assert len(WORDS) == sum(map(len, ROOMS)), "a word is in two rooms"


def test_every_word_of_a_path_or_a_status_is_needed() -> None:
    prefixes = {path[: end + 1] for path in document()["paths"] for end, sign in enumerate(path) if sign == "}"}
    assert PATHS.keys() == prefixes
    given = {f"{each['operationId']}.{status}" for each in OPERATIONS.values() for status in each["responses"]}
    assert OF_OPERATIONS.keys() <= given


def test_an_operation_with_an_unknown_member_or_example_fails() -> None:
    with pytest.raises(LookupError, match="no example of"):
        example_of({"type": "string"}, {})


def test_headers_of_answers_are_all_used() -> None:
    used = {
        name
        for operation in OPERATIONS.values()
        for answer in operation["responses"].values()
        for name in resolved(answer)["headers"]
    }
    assert used | {"Allow"} == set(COMPONENTS["headers"]) == set(answers.headers())
    assert set(COMPONENTS["responses"]["405"]["headers"]) == {"Allow", "X-Request-Id"}


def test_the_files_are_made_by_one_command() -> None:
    stale = [file.name for file, text in api_description.texts().items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "regenerate them: python -m ops.description.api_description"

"""Holds the answers of handlers against the description of the API."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from ops.description import api_description
from payerworks.errors import PROBLEM_TYPE
from payerworks.http import HttpHandler

TRANSPORT = {"content-type", "cache-control", "vary", "x-content-type-options"}
FILES = {"get_asset"}
"""Operations whose answers have the media types of their files, which the description leaves open."""
OF_PAGES = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
}
"""Headers that are no part of an operation's answer, nor are those of CORS."""


@functools.cache
def document() -> dict[str, Any]:
    """The description of the API, as it is served."""
    described: dict[str, Any] = json.loads(api_description.FILE.read_text(encoding="utf-8"))
    return described


@functools.cache
def responses() -> dict[str, dict[str, Any]]:
    """The responses of each operation, by its id; an operation on all paths (`refuse_call`) has none of its own."""
    items = document()["paths"].values()
    operations = [operation for item in items for method, operation in item.items() if method != "parameters"]
    return {operation["operationId"]: operation["responses"] for operation in operations}


def check_described(handler: Any, answer: dict[str, Any]) -> None:
    """Fail unless the description has the answer of an operation: its status, its headers and its body."""
    if isinstance(handler, HttpHandler):
        operation = handler.function.__module__.rpartition(".")[2]
        assert list(faults(operation, answer)) == []


def faults(operation: str, answer: dict[str, Any]) -> Iterator[str]:
    """What in an answer the description does not have."""
    status = str(answer["statusCode"])
    described = responses().get(operation, {}).get(status)
    if operation not in responses():
        described = document()["components"]["responses"].get(status)
        if described is None:
            return  # an operation on all paths, such as the preflight
    if described is None:
        yield f"{operation} is not said to answer {status}"
        return
    described = resolved(described)
    for name, text in answer["headers"].items():
        header = resolved(described["headers"][name]) if name in described["headers"] else None
        if header and not jsonschema_rs.is_valid(header["schema"], text):
            yield f"{operation} {status}: {name} is {text}"
        if header is None and name.lower() not in TRANSPORT | OF_PAGES and not name.startswith("Access-Control-"):
            yield f"{operation} {status}: nothing says that {name} is sent"
    for name, header in described["headers"].items():
        if resolved(header).get("required") and name not in answer["headers"]:
            yield f"{operation} {status}: {name} is not sent"
    if operation not in FILES:
        yield from (f"{operation} {status}: {fault}" for fault in _faults_of_body(described, answer))


def _faults_of_body(described: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    media_type = answer["headers"].get("Content-Type", "").partition(";")[0]
    content = described.get("content", {})
    if media_type not in content:
        if media_type or content:
            yield f"the body is {media_type or 'empty'}, not {' or '.join(content) or 'empty'}"
    elif media_type.endswith("json"):
        schema = content[media_type]["schema"]
        if "$ref" in schema or "anyOf" in schema:
            body = json.loads(answer["body"])
            for error in validator(json.dumps(schema)).iter_errors(body):
                yield f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
            if media_type == PROBLEM_TYPE and f"`{body['type']}`" not in described["description"]:
                yield f"the type is {body['type']}"


@functools.cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """A validator of a schema of the description, given as JSON."""
    whole = json.loads(schema) | {"components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """A part of the description, or that to which it refers."""
    if "$ref" not in value:
        return value
    _, _, section, name = value["$ref"].split("/")
    referred: dict[str, Any] = document()["components"][section][name]
    return referred

"""The description of the API (OpenAPI 3.1), generated from the operations and their models.

`python -m ops.description.api_description` writes it to openapi.json, the file that the API serves.
"""

import importlib
import json
import pathlib
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from ops.description.operations import Operation, operations
from ops.description.schemas import Schemas
from patients.entries.entry import ENTRY_KINDS
from payerworks import errors

VERSION = "0.1.0"
FILE = pathlib.Path(__file__).parent / "openapi.json"

Value = dict[str, Any]

_ERRORS_OF_ALL = (400, 429, 500, 503)
_ERRORS_OF_TOKENS = (401, 403)

_REQUEST_HEADERS = {
    "Idempotency-Key": "A repeat with the same key, path and JSON value within 24 hours gets the first answer again. "
    "1 to 255 visible ASCII characters.",
    "If-Match": "The ETag of the version to change; 412 if the current version has another.",
    "If-None-Match": "ETags, or `*` for any version. If the current version is one of them, a read answers 304, a "
    "write 412.",
    "X-Break-Glass": "Why a doctor reads a patient without being related to them: 1 to 500 characters. Only where the "
    "stack allows it; the patient's history keeps it.",
    "X-Client-Id": "A random id that the client made for itself and keeps: 16 to 128 visible ASCII characters.",
    "X-Session": "`cookie`: the refresh token is in a cookie that no script can read, not in a body. Only for pages of "
    "this API's own origin.",
    "Prefer": "`return=minimal`: an answer without a body (RFC 7240).",
    "X-Request-Id": "An id for this request: 1 to 128 letters, digits, `.`, `_`, `:` or `-`; generated if missing or "
    "not valid.",
}
_PATH_SCHEMAS: dict[str, Value] = {"kind": {"enum": list(ENTRY_KINDS)}}
_HEADER_SCHEMAS = {
    "Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "X-Client-Id": {"type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[!-~]+$"},
    "X-Session": {"enum": ["cookie"]},
}
_ANSWER_HEADERS = {
    "ETag": "Changes exactly when the document changes.",
    "Location": "The URL of the created resource.",
    "Retry-After": "Seconds to wait.",
    "Set-Cookie": "The refresh token, or its end; only with `X-Session: cookie`.",
    "WWW-Authenticate": 'How to authenticate: `Bearer`, with `error="invalid_token"` where a token was sent.',
    "X-Request-Id": "The id of the request, as in all its log lines.",
}
_HEADERS_OF_STATUS = {201: ("Location",), 401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def description() -> Value:
    """The whole document."""
    all_operations = operations()
    declared = [operation.declared for operation in all_operations]
    queries = {each["query"] for each in declared} - {None}
    bodies = {model for each in declared for model in (each["body"], *each["answers"].values())} - {None}
    schemas = Schemas(bodies | {"ops.description.models.Problem"}, queries)
    paths: dict[str, Value] = {}
    for operation in all_operations:
        item = paths.setdefault(operation.path, {"parameters": [_ref("parameters", "X-Request-Id")]})
        item[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Payerworks",
            "version": VERSION,
            "summary": "A back office for health payers: plans, claims, intake of patient visits, accounts.",
        },
        "servers": [{"url": "."}],
        "security": [{"token": []}],
        "tags": [_tag(service) for service in sorted({operation.service for operation in all_operations})],
        "paths": paths,
        "components": _components(schemas),
    }


def text() -> str:
    """The document as JSON, the content of openapi.json."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def _operation(operation: Operation, schemas: Schemas) -> Value:
    declared = operation.declared
    value: Value = {"operationId": operation.name, "tags": [operation.service], "summary": operation.summary}
    if operation.details:
        value["description"] = operation.details
    if declared["public"]:
        value["security"] = []
    value["parameters"] = _parameters(operation, schemas)
    if declared["body"]:
        schema = {"schema": schemas.reference(declared["body"])}
        value["requestBody"] = {
            "required": declared["body_required"],
            "content": dict.fromkeys(declared["body_types"], schema),
        }
    value["responses"] = _responses(declared, schemas)
    return value


def _parameters(operation: Operation, schemas: Schemas) -> list[Value]:
    names = re.findall(r"{(\w+)\+?}", operation.path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"} | _PATH_SCHEMAS.get(name, {})}
        for name in names
    ]
    if operation.declared["query"]:
        parameters += schemas.query_parameters(operation.declared["query"])
    return parameters + [_ref("parameters", name) for name in operation.declared["headers"]]


def _responses(declared: Mapping[str, Any], schemas: Schemas) -> Value:
    responses = {status: _answer(status, model, declared, schemas) for status, model in declared["answers"].items()}
    for status in {*_ERRORS_OF_ALL, *declared["errors"], *(() if declared["public"] else _ERRORS_OF_TOKENS)}:
        responses.setdefault(status, _ref("responses", str(status)))
    return {str(status): responses[status] for status in sorted(responses)}


def _answer(status: int, model: str | None, declared: Mapping[str, Any], schemas: Schemas) -> Value:
    has_etag = {"If-Match", "If-None-Match"} & set(declared["headers"])
    names = ["X-Request-Id", *_HEADERS_OF_STATUS.get(status, ()), *(["ETag"] if has_etag else [])]
    names += ["Set-Cookie"] if "X-Session" in declared["headers"] else []
    value: Value = {"description": HTTPStatus(status).phrase, "headers": _headers(names)}
    if model:
        value["content"] = {"application/json": {"schema": schemas.reference(model)}}
    return value


def _problems() -> Value:
    titles = {error.status: error.title for error in _with_subclasses(errors.PayerworksError)}
    content = {"application/problem+json": {"schema": _ref("schemas", "Problem")}}
    return {
        str(status): {
            "description": titles[status],
            "headers": _headers(["X-Request-Id", *_HEADERS_OF_STATUS.get(status, ())]),
            "content": content,
        }
        for status in sorted(titles)
    }


def _with_subclasses(error: type[errors.PayerworksError]) -> list[type[errors.PayerworksError]]:
    return [error, *(each for child in error.__subclasses__() for each in _with_subclasses(child))]


def _components(schemas: Schemas) -> Value:
    text_schema = {"schema": {"type": "string"}}
    return {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        "parameters": {
            name: {
                "name": name,
                "in": "header",
                "description": text,
                "schema": _HEADER_SCHEMAS.get(name, {"type": "string"}),
            }
            for name, text in _REQUEST_HEADERS.items()
        },
        "headers": {name: {"description": text} | text_schema for name, text in _ANSWER_HEADERS.items()},
        "responses": _problems(),
        "schemas": schemas.components,
    }


def _headers(names: Iterable[str]) -> Value:
    return {name: _ref("headers", name) for name in names}


def _tag(service: str) -> Value:
    return {"name": service, "description": (importlib.import_module(service).__doc__ or "").strip()}


def _ref(section: str, name: str) -> Value:
    return {"$ref": f"#/components/{section}/{name}"}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

"""The description of the API (OpenAPI 3.1), generated from the operations and their models.

`python -m ops.description.api_description` writes it to openapi.json, and the schema of a plan to plan_schema.json: the
files that the API serves.
"""

import importlib
import json
import pathlib
import re
from typing import Any

from ops.description import plan_schema
from ops.description.answers import PROBLEM, headers, problems, responses
from ops.description.callers import callers
from ops.description.examples import request_example
from ops.description.operations import Operation, operations
from ops.description.schemas import Schemas
from ops.description.words.headers import OF_REQUESTS
from ops.description.words.paths import PATHS
from patients.entries.entry import ENTRY_KINDS

VERSION = "0.1.0"
FILE = pathlib.Path(__file__).parent / "openapi.json"

Value = dict[str, Any]

_PATH_SCHEMAS: dict[str, Value] = {"kind": {"enum": list(ENTRY_KINDS)}}
_CONVENTIONS = """\
Send `Authorization: Bearer` with an access token of POST /auth/login or, for a machine, of POST /auth/token.

Every answer that is no success is a problem (RFC 9457), and its `type` says of which kind. An unknown path is 404; a
path with a method that it does not have is 405, and `Allow` lists those that it has. What belongs to others is answered
as if it did not exist. Every answer has `X-Request-Id`, which finds the call in the logs.

Lists have pages: `nextCursor` of one, and its `Link` header, lead to the next. Members that this description does not
have may be added at any time; ignore those that you do not know.
"""


def description() -> Value:
    """The whole document."""
    all_operations = operations()
    declared = [operation.declared for operation in all_operations]
    queries = {each["query"] for each in declared} - {None}
    bodies = {model for each in declared for model in (each["body"], *each["answers"].values()) if model}
    schemas = Schemas({PROBLEM} | {model for model in bodies if "/" not in model}, queries)
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
            "description": _CONVENTIONS,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "security": [{"token": []}],
        "tags": [_tag(service) for service in sorted({operation.service for operation in all_operations})],
        "paths": paths,
        "components": _components(schemas),
    }


def texts() -> dict[pathlib.Path, str]:
    """The files that are made of the document, each with its content."""
    document = description()
    schema = plan_schema.plan_schema(document["components"]["schemas"])
    return {FILE: _text(document), plan_schema.FILE: _text(schema)}


def _text(value: Value) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _operation(operation: Operation, schemas: Schemas) -> Value:
    declared = operation.declared
    value: Value = {
        "operationId": operation.name,
        "tags": [operation.service],
        "summary": operation.summary,
        "description": f"{operation.details}\n\n{callers(operation)}".strip(),
    }
    if declared["public"]:
        value["security"] = []
    value["parameters"] = _parameters(operation, schemas)
    if declared["body"]:
        content = {"schema": schemas.reference(declared["body"]), "example": request_example(operation)}
        value["requestBody"] = {
            "required": declared["body_required"],
            "content": dict.fromkeys(declared["body_types"], content),
        }
    value["responses"] = responses(operation, schemas)
    return value


def _parameters(operation: Operation, schemas: Schemas) -> list[Value]:
    parameters = [_path_parameter(operation.path, name) for name in re.findall(r"{(\w+)\+?}", operation.path)]
    if operation.declared["query"]:
        parameters += schemas.query_parameters(operation.declared["query"])
    return parameters + [_ref("parameters", name) for name in operation.declared["headers"]]


def _path_parameter(path: str, name: str) -> Value:
    text, example = PATHS[path[: path.index(f"{{{name}}}")] + f"{{{name}}}"]
    schema = {"type": "string"} | _PATH_SCHEMAS.get(name, {})
    return {"name": name, "in": "path", "description": text, "required": True, "schema": schema, "example": example}


def _components(schemas: Schemas) -> Value:
    return {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        "parameters": {
            name: {
                "name": name,
                "in": "header",
                "description": header.text,
                "schema": header.schema,
                "example": header.example,
            }
            for name, header in OF_REQUESTS.items()
        },
        "headers": headers(),
        "responses": problems(),
        "schemas": schemas.components,
    }


def _tag(service: str) -> Value:
    return {"name": service, "description": (importlib.import_module(service).__doc__ or "").strip()}


def _ref(section: str, name: str) -> Value:
    return {"$ref": f"#/components/{section}/{name}"}


if __name__ == "__main__":
    for file, text in texts().items():
        file.write_text(text, encoding="utf-8")

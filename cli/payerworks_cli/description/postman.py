"""A Postman collection (format 2.1) from the API's description: a folder for each tag, a request for each operation."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

Value = dict[str, Any]

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_FORM = "application/x-www-form-urlencoded"


def collection(document: Value, api_url: str) -> Value:
    """The collection; its variables are the API's address and the token that calls carry."""
    requests = list(_requests(document))
    info = document["info"]
    return {
        "info": {
            "name": info["title"],
            "description": info["description"],
            "version": info["version"],
            "schema": SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": "api", "value": api_url.rstrip("/")}, {"key": "token", "value": ""}],
        "item": [
            {
                "name": tag["name"],
                "description": tag["description"],
                "item": [request for each, request in requests if each == tag["name"]],
            }
            for tag in document["tags"]
        ],
    }


def _requests(document: Value) -> Iterator[tuple[str, Value]]:
    """Each operation's tag and request, in the order of the paths."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield operation["tags"][0], _item(path, method.upper(), operation, document)


def _item(path: str, method: str, operation: Value, document: Value) -> Value:
    parameters = [_resolved(parameter, document) for parameter in operation["parameters"]]
    header = [_entry(each, disabled=True) for each in parameters if each["in"] == "header"]
    request: Value = {"method": method, "description": operation["description"], "url": _url(path, parameters)}
    if operation.get("security") == []:
        request["auth"] = {"type": "noauth"}
    if "requestBody" in operation:
        media_type, content = next(iter(operation["requestBody"]["content"].items()))
        header.insert(0, {"key": "Content-Type", "value": media_type})
        request["body"] = _body(media_type, content["example"])
    return {"name": operation["summary"], "request": request | {"header": header}, "response": []}


def _url(path: str, parameters: list[Value]) -> Value:
    """The address: its path parameters have their examples, its query parameters wait to be ticked."""
    path = re.sub(r"{(\w+)}", r":\1", path)
    query = [_entry(each, disabled=not each["required"]) for each in parameters if each["in"] == "query"]
    sent = urlencode([(each["key"], each["value"]) for each in query if not each["disabled"]])
    return {
        "raw": f"{{{{api}}}}{path}{'?' if sent else ''}{sent}",
        "host": ["{{api}}"],
        "path": path.removeprefix("/").split("/"),
        "query": query,
        "variable": [_entry(each) for each in parameters if each["in"] == "path"],
    }


def _entry(parameter: Value, **members: Any) -> Value:
    example = parameter["example"]
    value = example if isinstance(example, str) else json.dumps(example, default=float)  # numbers are exact
    return {"key": parameter["name"], "value": value, "description": parameter["description"], **members}


def _body(media_type: str, example: Any) -> Value:
    if media_type == _FORM:
        return {"mode": "urlencoded", "urlencoded": [{"key": name, "value": text} for name, text in example.items()]}
    text = json.dumps(example, indent=2, ensure_ascii=False, default=float)
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}


def _resolved(parameter: Value, document: Value) -> Value:
    if "$ref" not in parameter:
        return parameter
    found: Value = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return found

"""What a version has stored, sent and answered: recorded once, and given to later versions."""

import re
from typing import Any

from payerworks.aws import client
from payerworks_cli.api import Api
from tests.unit.cli.service import API, Service
from tests.unit.conftest import TEMPLATE

TABLES = [name for name, each in TEMPLATE.template["Resources"].items() if each["Type"] == "AWS::DynamoDB::Table"]
CHANGING = ("/health", "/claims/counts", "/admin/", "/auth/", "/v1/plan/es_", "/v1/plan/search")
"""Beginnings of paths whose answers are of clocks, queues, sessions and indexes too."""

_ID = re.compile(r"[0-9a-f]{8,}|[0-9]+")

Stored = dict[str, Any]


def record(service: Service, api: Api) -> Stored:
    """All items, all messages that functions got, and the answers to each GET that was asked."""
    asked = (str(request.url).removeprefix(API) for request in service.requests if request.method == "GET")
    paths = [path for path in dict.fromkeys(asked) if path.startswith("/") and not path.startswith(CHANGING)]
    return {
        "items": {name: _items(TEMPLATE.refs[name]) for name in TABLES},
        "messages": service.delivered,
        "answers": {path: answer(api, path) for path in paths},
    }


def answer(api: Api, path: str) -> list[Any]:
    """What the API answers to a GET: its status, its ETag, and its JSON as text."""
    answered = api.ask("GET", path, expect=(200, 404))
    return [answered.status, answered.headers.get("ETag"), answered.text]


def without_cursor(answer: list[Any]) -> list[Any]:
    """An answer without the signature of another deployment's secret."""
    status, etag, text = answer
    return [status, etag, re.sub('"nextCursor":"[^"]*"', "", text)]


def put(stored: Stored) -> None:
    """Put stored items into this version's tables, and nothing else."""
    for name in TABLES:
        table = TEMPLATE.refs[name]
        for item in _items(table):
            client("dynamodb").delete_item(TableName=table, Key={key: item[key] for key in ("pk", "sk") if key in item})
        for item in stored["items"].get(name, []):
            client("dynamodb").put_item(TableName=table, Item=item)


def forms(stored: Stored) -> set[str]:
    """The forms of items: their table, the kind of their sort key, and the names and types of all their attributes."""
    return {
        _ID.sub("*", f"{table} {item.get('sk', {}).get('S', '').partition('#')[0]} {_form({'M': item})}")
        for table, items in stored["items"].items()
        for item in items
    }


def _form(value: dict[str, Any]) -> str:
    [(kind, content)] = value.items()
    if kind == "M":
        return "{" + ", ".join(f"{name} {_form(content[name])}" for name in sorted(content)) + "}"
    return kind


def _items(table: str) -> list[Any]:
    found = client("dynamodb").scan(TableName=table)["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item.get("sk", {}).get("S", "")))

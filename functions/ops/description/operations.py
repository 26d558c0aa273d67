"""The operations of the API: route and text come from their files' docstrings, the rest from `http_operation`."""

import ast
import importlib
import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FUNCTIONS = pathlib.Path(__file__).parents[2]
_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*): (.+)")


@dataclass(frozen=True, slots=True)
class Operation:
    """An HTTPS operation; `declared` holds the arguments of its `http_operation` (payerworks/http.py)."""

    service: str
    name: str
    method: str
    path: str
    summary: str
    details: str
    declared: Mapping[str, Any]


def operations() -> list[Operation]:
    """All operations, in the order of their paths. Imports every operation's module."""
    return sorted(_operations(), key=lambda operation: (operation.path, operation.method))


def _operations() -> Iterator[Operation]:
    for file in FUNCTIONS.glob("*/*.py"):
        first_line, _, details = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")
        route = _ROUTE.fullmatch(first_line)
        if route:
            method, path, summary = route.groups()
            service, name = file.parent.name, file.stem
            handler = importlib.import_module(f"{service}.{name}").handler
            summary = summary[0].upper() + summary[1:]
            yield Operation(service, name, method, path, summary, details.strip(), handler.description)

"""The operations of the API, as their own files declare them: route and words in the docstring, the rest beside it."""

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
    """An HTTPS operation; `declared` is what its `http_operation` says (payerworks/http.py)."""

    service: str
    name: str
    method: str
    path: str
    summary: str
    details: str
    declared: Mapping[str, Any]


def operations() -> list[Operation]:
    """All of them, in the order of their paths; each one's module is imported."""
    return sorted(_operations(), key=lambda operation: (operation.path, operation.method))


def _operations() -> Iterator[Operation]:
    for file in FUNCTIONS.glob("*/*.py"):
        first, _, rest = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")
        route = _ROUTE.fullmatch(first)
        if route:
            method, path, summary = route.groups()
            service, name = file.parent.name, file.stem
            handler = importlib.import_module(f"{service}.{name}").handler
            summary = summary[0].upper() + summary[1:]
            yield Operation(service, name, method, path, summary, rest.strip(), handler.description)

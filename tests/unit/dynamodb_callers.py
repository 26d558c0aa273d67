"""Which functions of the code call DynamoDB, as the code itself says."""

import ast
import functools
import pathlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from payerworks.dynamodb import Table
from tests.unit.conftest import ROOT

SOURCES = (ROOT / "functions", ROOT / "layers/common")

_PARTS = {"name", "put_part", "update_part", "delete_part", "check_part"}
"""What a table gives without a call."""
_CALLS = {f"table.{name}" for name in vars(Table) if not name.startswith("_")} - {f"table.{name}" for name in _PARTS}
_CALLS |= {f"payerworks.dynamodb.{name}" for name in ("call", "transact")}
_CALLS |= {f"payerworks.batches.{name}" for name in ("read_all", "insert_all", "insert_together", "write_all")}


class Module(NamedTuple):
    """A module of the code; `names` maps what it imports and defines to dotted names, a table to `table`."""

    name: str
    tree: ast.Module
    names: dict[str, str]


@functools.cache
def modules() -> tuple[Module, ...]:
    """All modules of functions/ and layers/."""
    files = [(source, file) for source in SOURCES for file in sorted(source.rglob("*.py"))]
    trees = {_dotted(file.relative_to(source)): ast.parse(file.read_text()) for source, file in files}
    tables = {f"{name}.{table}" for name, tree in trees.items() for table in _tables(tree)}
    return tuple(Module(name, tree, _names(name, tree, tables)) for name, tree in trees.items())


def _dotted(file: pathlib.Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _tables(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Table("):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _names(module: str, tree: ast.Module, tables: set[str]) -> dict[str, str]:
    names = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names |= {name: f"{module}.{name}" for name in [*defined, *_tables(tree)]}
    return {name: "table" if dotted in tables else dotted for name, dotted in names.items()}


def makes_client(module: Module) -> bool:
    """Whether a module makes a client of DynamoDB, in whatever way."""
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    makers = (call for call in calls if re.search(r"(client|resource)$", ast.unparse(call.func)))
    return any("'dynamodb'" in ast.unparse(call) for call in makers)


def callers() -> set[str]:
    """The public functions that call DynamoDB, directly or through others, of the modules that use a table."""
    used = {module.name: dict(_uses(module)) for module in modules()}
    everywhere = {name: names for functions in used.values() for name, names in functions.items()}
    reaching = set(_CALLS)
    while more := {name for name, names in everywhere.items() if names & reaching} - reaching:
        reaching |= more
    candidates = {name for module in modules() if _has_a_table(module) for name in used[module.name]}
    classes = {f"{module.name}.{node.name}" for module in modules() for node in _classes(module)}
    public = {name for name in candidates - classes if not any(part.startswith("_") for part in name.split("."))}
    return public & reaching


def _has_a_table(module: Module) -> bool:
    names = (node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name))
    return any(module.names.get(name) == "table" for name in names)


def _classes(module: Module) -> list[ast.ClassDef]:
    return [node for node in module.tree.body if isinstance(node, ast.ClassDef)]


def _uses(module: Module) -> Iterator[tuple[str, set[str]]]:
    """Each function, method and class of a module with what it uses; a class uses its methods."""
    for node in module.tree.body:
        name = f"{module.name}.{getattr(node, 'name', '')}"
        if isinstance(node, ast.FunctionDef):
            yield name, set(_used(module, node, name))
        elif isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            yield name, {f"{name}.{method.name}" for method in methods}
            for method in methods:
                yield f"{name}.{method.name}", set(_used(module, method, name))


def _used(module: Module, function: ast.FunctionDef, owner: str) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in module.names:
            yield module.names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder = owner if node.value.id == "self" else module.names.get(node.value.id)
            yield f"{holder}.{node.attr}"

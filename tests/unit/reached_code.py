"""Which definitions of the functions' code another one can reach, by the names in it: no import of a module is enough.

A module that one operation imports for a type may hold a connection that only others open.
"""

import ast
import functools
import pathlib
from collections.abc import Iterator
from typing import NamedTuple

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = (ROOT / "functions", ROOT / "layers/common")


class Definition(NamedTuple):
    """A function, class or variable at the top of a module."""

    module: str
    name: str


def reached(start: Definition) -> set[Definition]:
    """Every definition that `start` can reach, itself included."""
    found: set[Definition] = set()
    waiting = [start]
    while waiting:
        definition = waiting.pop()
        if definition not in found:
            found.add(definition)
            waiting += _used_by(definition)
    return found


@functools.cache
def node_of(definition: Definition) -> ast.AST | None:
    """The definition's part of the module's syntax tree; None if the module only imports it."""
    return _definitions(definition.module).get(definition.name)


@functools.cache
def _used_by(definition: Definition) -> list[Definition]:
    node = node_of(definition)
    imports = _imports(_tree(definition.module))
    if node is None:
        return list(_resolved(imports[definition.name])) if definition.name in imports else []
    imports |= _imports(node)
    used = [Definition(definition.module, name) for name in _names(node) & _definitions(definition.module).keys()]
    for name in _names(node) & imports.keys():
        used += _resolved(imports[name])
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in imports:
            used += _resolved(f"{imports[each.value.id]}.{each.attr}")
    return used


def _resolved(path: str) -> Iterator[Definition]:
    """The definition that `module.name` is; nothing for a module itself, and for packages of others."""
    module, _, name = path.rpartition(".")
    if _file(path) is None and _file(module) is not None:
        yield Definition(module, name)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


@functools.cache
def _file(module: str) -> pathlib.Path | None:
    paths = [folder.joinpath(*module.split(".")) for folder in FOLDERS]
    files = [file for path in paths for file in (path.with_suffix(".py"), path / "__init__.py")] if module else []
    return next((file for file in files if file.exists()), None)


@functools.cache
def _tree(module: str) -> ast.Module:
    file = _file(module)
    assert file is not None, module
    return ast.parse(file.read_text())


@functools.cache
def _definitions(module: str) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        found |= {each.id: node for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return found


def _imports(node: ast.AST) -> dict[str, str]:
    """What each imported name means, as `module` or `module.name`."""
    own = node.body if isinstance(node, ast.Module) else list(ast.walk(node))
    found: dict[str, str] = {}
    for each in own:
        if isinstance(each, ast.ImportFrom) and each.module:
            found |= {alias.asname or alias.name: f"{each.module}.{alias.name}" for alias in each.names}
        elif isinstance(each, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in each.names}
    return found

"""JSON Patch (RFC 6902) in which a pointer may also name an array entry by its objectId.

`/linkedPlanServices/27283xvx9asdff-504/planserviceCostShares/copay` is the copay of that service at any position.
A token that looks like an index always is one (RFC 6901, section 4), even if an entry has it as its objectId.
"""

import re
from typing import NamedTuple

from payerworks import json_text
from payerworks.errors import BadInput, Conflict, Fault
from payerworks.json_text import Json, pointer

MAX_COPIED_BYTES = 4 * 1024 * 1024
"""Limit on what all `copy` operations of a patch copy together: each could double the document."""
_INDEX = re.compile(r"0|[1-9][0-9]*")
_ESCAPE = re.compile(r"~(?![01])")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": ""}


class _Location(NamedTuple):
    """A container and the key in it: a member's name, or an index (the length: after the last)."""

    holder: Json
    key: str | int


class _Document:
    """The document that operations change (the member "" of `root`), with the positions of object ids in its lists.

    `copy_bytes_left` is what `copy` operations may still copy.
    """

    def __init__(self, document: Json) -> None:
        self.root: dict[str, Json] = {"": document}
        self.copy_bytes_left = MAX_COPIED_BYTES
        # By `id` of the list. The list is stored too: while it is referenced, no other object gets the same `id`.
        self._positions: dict[int, tuple[list[Json], dict[str, int]]] = {}

    def positions(self, entries: list[Json]) -> dict[str, int]:
        """The index of the first entry with each object id."""
        if id(entries) not in self._positions:
            ids = [entry.get("objectId") if isinstance(entry, dict) else None for entry in entries]
            numbers = {name: number for number, name in reversed([*enumerate(ids)]) if isinstance(name, str)}
            self._positions[id(entries)] = entries, numbers
        return self._positions[id(entries)][1]

    def forget_positions(self, changed: _Location) -> None:
        """Drop the known positions if a change of this location can move an object id; call it before the change."""
        if isinstance(changed.holder, list) or changed.key == "objectId":
            self._positions.clear()


class _CannotApply(Exception):
    """An operation cannot be applied; the message says why."""


class _TestFailed(Exception):
    pass


def apply_json_patch(document: Json, operations: Json) -> Json:
    """The document after all operations; `document` itself may be modified.

    Raises BadInput with the pointer of the first operation that cannot be applied, or if the result is nested too
    deeply, and Conflict if a `test` fails.
    """
    if not isinstance(operations, list):
        raise BadInput("A JSON Patch must be a list of operations.", errors=[Fault("", "must be a list")])
    patched = _Document(document)
    for number, operation in enumerate(operations):
        try:
            _apply(patched, operation)
        except _CannotApply as error:
            raise BadInput("The JSON Patch cannot be applied.", errors=[Fault(pointer(number), str(error))]) from None
        except _TestFailed:
            raise Conflict("A test of the JSON Patch failed.", errors=[Fault(pointer(number), "test failed")]) from None
    json_text.check_depth(patched.root[""])
    return patched.root[""]


def _apply(document: _Document, operation: Json) -> None:
    name = operation.get("op") if isinstance(operation, dict) else None
    if not isinstance(name, str) or name not in _NEEDS:
        raise _CannotApply(f"op must be one of {', '.join(_NEEDS)}")
    if (needed := _NEEDS[name]) and needed not in operation:
        raise _CannotApply(f"{name} needs {needed}")
    path = _tokens(operation.get("path"), "path")
    if name in ("add", "replace", "test"):
        _apply_value(document, name, path, operation["value"])
    elif name == "remove":
        _remove(document, path)
    elif name == "copy":
        _copy(document, _tokens(operation["from"], "from"), path)
    else:
        _move(document, _tokens(operation["from"], "from"), path)


def _apply_value(document: _Document, name: str, path: list[str], value: Json) -> None:
    if name == "add":
        _add(document, path, _copied(value))
        return
    location = _existing(document, path)
    if name == "replace":
        document.forget_positions(location)
        location.holder[location.key] = _copied(value)
    elif not is_equal(location.holder[location.key], value):
        raise _TestFailed


def _remove(document: _Document, path: list[str]) -> Json:
    if len(path) == 1:
        raise _CannotApply("the whole document cannot be removed")
    location = _existing(document, path)
    document.forget_positions(location)
    value = location.holder[location.key]
    del location.holder[location.key]
    return value


def _copy(document: _Document, source: list[str], path: list[str]) -> None:
    location = _existing(document, source)
    value = location.holder[location.key]
    json_text.check_depth(value)
    document.copy_bytes_left -= len(json_text.write(value).encode())
    if document.copy_bytes_left < 0:
        raise _CannotApply(f"a patch can copy at most {MAX_COPIED_BYTES // 1024**2} MB")
    _add(document, path, _copied(value))


def _move(document: _Document, source: list[str], path: list[str]) -> None:
    if path[: len(source)] == source:
        if path == source:
            _existing(document, source)
            return
        raise _CannotApply("cannot move a value into itself")
    value = _remove(document, source)
    _add(document, path, value)


def _tokens(path: Json, name: str) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")) or _ESCAPE.search(path):
        raise _CannotApply(f"{name} must be a JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")]


def _locate(document: _Document, tokens: list[str]) -> _Location:
    """The location that a pointer names; its last token may name a member that does not exist yet."""
    holder: Json = document.root
    for token in tokens[:-1]:
        location = _checked(_Location(holder, _key(document, holder, token)))
        holder = location.holder[location.key]
    return _Location(holder, _key(document, holder, tokens[-1]))


def _existing(document: _Document, tokens: list[str]) -> _Location:
    return _checked(_locate(document, tokens))


def _checked(location: _Location) -> _Location:
    holder, key = location
    exists = key in holder if isinstance(holder, dict) else int(key) < len(holder)
    if not exists:
        raise _CannotApply(f"{location.key} does not exist")
    return location


def _key(document: _Document, holder: Json, token: str) -> str | int:
    if isinstance(holder, dict):
        return token
    if not isinstance(holder, list):
        raise _CannotApply(f"{token} points into a value without members")
    if token == "-":
        return len(holder)
    if _INDEX.fullmatch(token) and len(token) < 10:
        return int(token)
    number = document.positions(holder).get(token)
    if number is None:
        raise _CannotApply(f"{token} is neither an index nor an objectId here")
    return number


def _add(document: _Document, path: list[str], value: Json) -> None:
    location = _locate(document, path)
    document.forget_positions(location)
    if isinstance(location.holder, dict):
        location.holder[location.key] = value
    elif int(location.key) > len(location.holder):
        raise _CannotApply(f"{location.key} is beyond the end of the list")
    else:
        location.holder.insert(location.key, value)


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(entry) for entry in value] if isinstance(value, list) else value


def is_equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal (RFC 6902, section 4.6): numbers by value, booleans only to booleans."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(member, other[name]) for name, member in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)

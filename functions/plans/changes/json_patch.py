"""JSON Patch (RFC 6902) in which a pointer may also name an array entry by its objectId.

`/linkedPlanServices/27283xvx9asdff-504/planserviceCostShares/copay` is the copay of that service at any position.
A token that looks like an index always is one (RFC 6901, section 4), even if an entry has it as its objectId.
"""

import re
from typing import Any, NamedTuple

from payerworks import json_text
from payerworks.errors import BadInput, Conflict, Fault
from payerworks.json_text import Json, pointer
from plans.changes.equality import is_equal
from plans.changes.object_positions import ObjectPositions, object_id

MAX_COPIED_BYTES = 4 * 1024 * 1024
"""Limit on what all `copy` operations of a patch copy together: each could double the document."""
_INDEX = re.compile(r"0|[1-9][0-9]*")
_ESCAPE = re.compile(r"~(?![01])")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": ""}


class _Location(NamedTuple):
    """A container and the key in it: a member's name, or an index (the length: after the last).

    `parent` is the location of the container itself.
    """

    holder: Json
    key: Any
    parent: "_Location | None" = None


class _Document:
    """The document that operations change (the member "" of `root`), with the positions of object ids in its lists.

    `copy_bytes_left` is what `copy` operations may still copy.
    """

    def __init__(self, document: Json) -> None:
        self.root: dict[str, Json] = {"": document}
        self.copy_bytes_left = MAX_COPIED_BYTES
        # By `id` of the list; of lists in which an object id was looked up.
        self._positions: dict[int, ObjectPositions] = {}

    def position(self, entries: list[Json], name: str) -> int | None:
        """The index of the first entry with an object id; None if there is none."""
        if id(entries) not in self._positions:
            self._positions[id(entries)] = ObjectPositions(entries)
        return self._positions[id(entries)].first(name)

    def insert(self, location: _Location, value: Json) -> None:
        """Insert an entry into a list."""
        location.holder.insert(location.key, value)
        if positions := self._positions.get(id(location.holder)):
            positions.inserted(location.key)

    def put(self, location: _Location, value: Json) -> None:
        """Replace an entry of a list, or set a member of an object."""
        before = self._object_id(location)
        location.holder[location.key] = value
        self._renamed(location, before)

    def delete(self, location: _Location) -> Json:
        """Delete an entry of a list or a member of an object, and return it."""
        before = self._object_id(location)
        value = location.holder.pop(location.key)
        if positions := self._positions.get(id(location.holder)):
            positions.removed(location.key, before)
        else:
            self._renamed(location, before)
        return value

    @staticmethod
    def _object_id(location: _Location) -> Json:
        """The object id that a change of this location can change: an entry's own, or that of a member's object."""
        return object_id(location.holder[location.key] if isinstance(location.holder, list) else location.holder)

    def _renamed(self, location: _Location, before: Json) -> None:
        entry = location if isinstance(location.holder, list) else location.parent
        if entry and (positions := self._positions.get(id(entry.holder))):
            positions.renamed(entry.key, before)


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
        document.put(location, _copied(value))
    elif not is_equal(location.holder[location.key], value):
        raise _TestFailed


def _remove(document: _Document, path: list[str]) -> Json:
    if len(path) == 1:
        raise _CannotApply("the whole document cannot be removed")
    return document.delete(_existing(document, path))


def _copy(document: _Document, source: list[str], path: list[str]) -> None:
    location = _existing(document, source)
    value = location.holder[location.key]
    json_text.check_depth(value)
    document.copy_bytes_left -= len(json_text.write(value).encode())
    if document.copy_bytes_left < 0:
        raise _CannotApply(f"a patch can copy at most {MAX_COPIED_BYTES // 1024**2} MB")
    _add(document, path, _copied(value))


def _move(document: _Document, source: list[str], path: list[str]) -> None:
    moved = _existing(document, source)
    if len(path) >= len(source):
        # The two pointers may spell the same place in two ways: by index and by objectId.
        passed = _locate(document, path[: len(source)])
        if passed.holder is moved.holder and passed.key == moved.key:
            if len(path) > len(source):
                raise _CannotApply("cannot move a value into itself")
            return
    _add(document, path, _remove(document, source))


def _tokens(path: Json, name: str) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")) or _ESCAPE.search(path):
        raise _CannotApply(f"{name} must be a JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")]


def _locate(document: _Document, tokens: list[str]) -> _Location:
    """The location that a pointer names; its last token may name a member that does not exist yet."""
    location = _Location(document.root, _key(document, document.root, tokens[0]))
    for token in tokens[1:]:
        _checked(location)
        holder = location.holder[location.key]
        location = _Location(holder, _key(document, holder, token), location)
    return location


def _existing(document: _Document, tokens: list[str]) -> _Location:
    return _checked(_locate(document, tokens))


def _checked(location: _Location) -> _Location:
    holder, key, _ = location
    exists = key in holder if isinstance(holder, dict) else key < len(holder)
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
    number = document.position(holder, token)
    if number is None:
        raise _CannotApply(f"{token} is neither an index nor an objectId here")
    return number


def _add(document: _Document, path: list[str], value: Json) -> None:
    location = _locate(document, path)
    if isinstance(location.holder, dict):
        document.put(location, value)
    elif location.key > len(location.holder):
        raise _CannotApply(f"{location.key} is beyond the end of the list")
    else:
        document.insert(location, value)


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(entry) for entry in value] if isinstance(value, list) else value

"""JSON Patch (RFC 6902), with entries of arrays also addressable by their objectId.

`/linkedPlanServices/27283xvx9asdff-504/planserviceCostShares/copay` is the copay of that service wherever it stands.
What reads as an index is one (RFC 6901, section 4), whatever objectIds there are.
"""

import re
from typing import NamedTuple

from payerworks import json_text
from payerworks.errors import BadInput, Conflict, Fault
from payerworks.json_text import Json, pointer

MAX_COPIED_BYTES = 4 * 1024 * 1024
"""Of all that the `copy` operations of a patch copy: each could double the document."""
_INDEX = re.compile(r"0|[1-9][0-9]*")
_ESCAPE = re.compile(r"~(?![01])")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from", "remove": ""}


class _Place(NamedTuple):
    """A container and the key in it: a member's name, or an index (the length: after the last)."""

    holder: Json
    key: str | int


class _Document:
    """A document under the name "" of `root`, and where in its lists the object ids stand that were looked for.

    `room` is how many bytes may still be copied within it.
    """

    def __init__(self, root: dict[str, Json]) -> None:
        self.root = root
        self.room = MAX_COPIED_BYTES
        # A list is kept with its positions, so that no other can come to have its id.
        self._found: dict[int, tuple[list[Json], dict[str, int]]] = {}

    def positions(self, entries: list[Json]) -> dict[str, int]:
        """The number of the first entry with each object id."""
        if id(entries) not in self._found:
            ids = [entry.get("objectId") if isinstance(entry, dict) else None for entry in entries]
            numbers = {name: number for number, name in reversed([*enumerate(ids)]) if isinstance(name, str)}
            self._found[id(entries)] = entries, numbers
        return self._found[id(entries)][1]

    def forget(self, place: _Place) -> None:
        """Called before a place is changed: a member that is no object id moves none."""
        if isinstance(place.holder, list) or place.key == "objectId":
            self._found.clear()


class _Wrong(Exception):
    """An operation cannot be carried out; the message says why."""


class _TestFailed(Exception):
    pass


def patched(document: Json, operations: Json) -> Json:
    """The document after all operations; `document` itself may be changed on the way.

    Raises BadInput with the pointer of the first operation that cannot be carried out, or for a result that is nested
    too deep, Conflict for a failed `test`.
    """
    if not isinstance(operations, list):
        raise BadInput("A JSON Patch must be a list of operations.", errors=[Fault("", "must be a list")])
    whole = _Document({"": document})
    for number, operation in enumerate(operations):
        try:
            _apply(whole, operation)
        except _Wrong as error:
            raise BadInput("The JSON Patch cannot be applied.", errors=[Fault(pointer(number), str(error))]) from None
        except _TestFailed:
            raise Conflict("A test of the JSON Patch failed.", errors=[Fault(pointer(number), "test failed")]) from None
    json_text.check_depth(whole.root[""])
    return whole.root[""]


def _apply(document: _Document, operation: Json) -> None:
    name = operation.get("op") if isinstance(operation, dict) else None
    if not isinstance(name, str) or name not in _NEEDS:
        raise _Wrong(f"op must be one of {', '.join(_NEEDS)}")
    if (needed := _NEEDS[name]) and needed not in operation:
        raise _Wrong(f"{name} needs {needed}")
    path = _tokens(operation.get("path"), "path")
    if name in ("add", "replace", "test"):
        _with_value(document, name, path, operation["value"])
    elif name == "remove":
        _remove(document, path)
    elif name == "copy":
        _copy(document, _tokens(operation["from"], "from"), path)
    else:
        _move(document, _tokens(operation["from"], "from"), path)


def _with_value(document: _Document, name: str, path: list[str], value: Json) -> None:
    if name == "add":
        _add(document, path, _copied(value))
        return
    place = _existing(document, path)
    if name == "replace":
        document.forget(place)
        place.holder[place.key] = _copied(value)
    elif not equal(place.holder[place.key], value):
        raise _TestFailed


def _remove(document: _Document, path: list[str]) -> Json:
    if len(path) == 1:
        raise _Wrong("the whole document cannot be removed")
    place = _existing(document, path)
    document.forget(place)
    value = place.holder[place.key]
    del place.holder[place.key]
    return value


def _copy(document: _Document, source: list[str], path: list[str]) -> None:
    place = _existing(document, source)
    value = place.holder[place.key]
    json_text.check_depth(value)
    document.room -= len(json_text.write(value).encode())
    if document.room < 0:
        raise _Wrong(f"a patch copies {MAX_COPIED_BYTES // 1024**2} MB at most")
    _add(document, path, _copied(value))


def _move(document: _Document, source: list[str], path: list[str]) -> None:
    if path[: len(source)] == source:
        if path == source:
            _existing(document, source)
            return
        raise _Wrong("cannot move a value into itself")
    value = _remove(document, source)
    _add(document, path, value)


def _tokens(path: Json, name: str) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")) or _ESCAPE.search(path):
        raise _Wrong(f"{name} must be a JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")]


def _place(document: _Document, tokens: list[str]) -> _Place:
    """Where a pointer leads; its last token need not be there yet."""
    holder: Json = document.root
    for token in tokens[:-1]:
        place = _checked(_Place(holder, _key(document, holder, token)))
        holder = place.holder[place.key]
    return _Place(holder, _key(document, holder, tokens[-1]))


def _existing(document: _Document, tokens: list[str]) -> _Place:
    return _checked(_place(document, tokens))


def _checked(place: _Place) -> _Place:
    there = place.key in place.holder if isinstance(place.holder, dict) else int(place.key) < len(place.holder)
    if not there:
        raise _Wrong(f"there is nothing at {place.key}")
    return place


def _key(document: _Document, holder: Json, token: str) -> str | int:
    if isinstance(holder, dict):
        return token
    if not isinstance(holder, list):
        raise _Wrong(f"{token} leads into a value that has no members")
    if token == "-":
        return len(holder)
    if _INDEX.fullmatch(token) and len(token) < 10:
        return int(token)
    number = document.positions(holder).get(token)
    if number is None:
        raise _Wrong(f"{token} is neither an index nor an objectId here")
    return number


def _add(document: _Document, path: list[str], value: Json) -> None:
    place = _place(document, path)
    document.forget(place)
    if isinstance(place.holder, dict):
        place.holder[place.key] = value
    elif int(place.key) > len(place.holder):
        raise _Wrong(f"{place.key} is beyond the end of the list")
    else:
        place.holder.insert(place.key, value)


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(entry) for entry in value] if isinstance(value, list) else value


def equal(one: Json, other: Json) -> bool:
    """Equality of JSON values (RFC 6902, section 4.6): numbers by value, and a boolean is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(member, other[name]) for name, member in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    same: bool = one == other
    return same

"""The indexes behind alias `plans`: which are written, and how one takes the place of another.

Searches read alias `plans`. Each index that is written (`plans-000001`, …) has an alias of its own for that
(`plans-write-000001`), so that a write which needs the alias cannot make an index anew that was deleted.
"""

from typing import Any

import opensearchpy

from payerworks.opensearch import searching
from plans.search_index import ALIAS, definition

_WRITE = f"{ALIAS}-write-"
_EVERY = f"{ALIAS}-0*"
_WHILE_FILLED = {"number_of_replicas": 0, "auto_expand_replicas": "false", "refresh_interval": "-1"}


def write_targets() -> list[str]:
    """The alias of each index that is to be written, asked anew each time; the first index is made where none is."""
    with searching() as client:
        found = client.indices.get_alias(name=f"{_WRITE}*")
    names = sorted(name for index in found.values() for name in index["aliases"])
    return names or [_make_first()]


def write_alias(index: str) -> str:
    """The alias by which an index is written."""
    return _WRITE + index.removeprefix(f"{ALIAS}-")


def _make_first() -> str:
    first = f"{ALIAS}-000001"
    with searching() as client:
        try:
            client.indices.create(first, body=definition() | {"aliases": {ALIAS: {}, write_alias(first): {}}})
        except opensearchpy.RequestError as error:
            # Another first write came before; its index has both aliases from its beginning.
            if error.error != "resource_already_exists_exception":
                raise
    return write_alias(first)


def next_index() -> str:
    """A name for a new index, after those of all others."""
    write_targets()
    with searching() as client:
        numbers = [int(name.removeprefix(f"{ALIAS}-")) for name in client.indices.get(_EVERY)]
    return f"{ALIAS}-{max(numbers) + 1:06d}"


def add(index: str) -> None:
    """Make a new index, ready to be filled, and a target of all writes that begin from now on; or find it made."""
    whole = definition()
    body: dict[str, Any] = whole | {
        "settings": whole["settings"] | _WHILE_FILLED,
        "aliases": {write_alias(index): {}},
    }
    with searching() as client:
        if not client.indices.exists(index):
            client.indices.create(index, body=body)


def switch(index: str) -> None:
    """Let searches read this index, at once and instead of any other; it is as searchable as any from then on."""
    settings = definition()["settings"]
    restored = {name: settings.get(name) for name in _WHILE_FILLED if name != "number_of_replicas"}
    change = [
        {"remove": {"index": _EVERY, "alias": ALIAS, "must_exist": False}},
        {"add": {"index": index, "alias": ALIAS}},
    ]
    with searching() as client:
        client.indices.put_settings({"index": restored}, index=index)
        client.indices.refresh(index=index)
        client.indices.update_aliases({"actions": change})


def close_others(index: str) -> list[str]:
    """Take every other index out of the targets; their names."""
    with searching() as client:
        others = [name for name in client.indices.get(_EVERY) if name != index]
        closed = [{"remove": {"index": name, "alias": f"{_WRITE}*", "must_exist": False}} for name in others]
        if closed:
            client.indices.update_aliases({"actions": closed})
    return others


def delete(indexes: list[str]) -> None:
    """Delete indexes that nobody reads or writes any more."""
    with searching() as client:
        for name in indexes:
            client.indices.delete(name, ignore=404)

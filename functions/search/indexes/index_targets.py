"""The indexes behind an alias: which are written, and how one takes the place of another.

Searches read an alias such as `plans`. Each index that is written (`plans-000001`, …) has an alias of its own for that
(`plans-write-000001`), so that a write which needs the alias cannot make an index anew that was deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import opensearchpy

from payerworks.opensearch import searching

_WHILE_FILLED = {"number_of_replicas": 0, "auto_expand_replicas": "false", "refresh_interval": "-1"}


@dataclass(frozen=True, slots=True)
class IndexTargets:
    """The indexes of one kind of documents: the alias that searches read, and what makes settings and mapping."""

    alias: str
    definition: Callable[[], dict[str, Any]]

    def write_targets(self) -> list[str]:
        """The alias of each index that is to be written, asked anew each time; the first index is made where none is.

        Raises Unavailable, as all of these do.
        """
        with searching() as client:
            found = client.indices.get_alias(name=self.write_alias("*"))
        names = sorted(name for index in found.values() for name in index["aliases"])
        return names or [self._make_first()]

    def write_alias(self, index: str) -> str:
        """The alias by which an index is written."""
        return f"{self.alias}-write-{index.removeprefix(f'{self.alias}-')}"

    def _make_first(self) -> str:
        first = f"{self.alias}-000001"
        aliases: dict[str, Any] = {self.alias: {}, self.write_alias(first): {}}
        with searching() as client:
            try:
                client.indices.create(first, body=self.definition() | {"aliases": aliases})
            except opensearchpy.RequestError as error:
                # Another first write came before; its index has both aliases from its beginning.
                if error.error != "resource_already_exists_exception":
                    raise
        return self.write_alias(first)

    def next_index(self) -> str:
        """A name for a new index, after those of all others."""
        self.write_targets()
        with searching() as client:
            numbers = [int(name.removeprefix(f"{self.alias}-")) for name in client.indices.get(self._every)]
        return f"{self.alias}-{max(numbers) + 1:06d}"

    def add(self, index: str) -> None:
        """Make a new index, ready to be filled, and a target of all writes from now on; or find it made."""
        whole = self.definition()
        body: dict[str, Any] = whole | {
            "settings": whole["settings"] | _WHILE_FILLED,
            "aliases": {self.write_alias(index): {}},
        }
        with searching() as client:
            if not client.indices.exists(index):
                client.indices.create(index, body=body)

    def switch(self, index: str) -> None:
        """Let searches read this index, at once and instead of any other; it is as searchable as any from then on."""
        settings = self.definition()["settings"]
        restored = {name: settings.get(name) for name in _WHILE_FILLED if name != "number_of_replicas"}
        change = [
            {"remove": {"index": self._every, "alias": self.alias, "must_exist": False}},
            {"add": {"index": index, "alias": self.alias}},
        ]
        with searching() as client:
            client.indices.put_settings({"index": restored}, index=index)
            client.indices.refresh(index=index)
            client.indices.update_aliases({"actions": change})

    def close_others(self, index: str) -> list[str]:
        """Take every other index out of the targets; their names."""
        with searching() as client:
            others = [name for name in client.indices.get(self._every) if name != index]
            written = self.write_alias("*")
            closed = [{"remove": {"index": name, "alias": written, "must_exist": False}} for name in others]
            if closed:
                client.indices.update_aliases({"actions": closed})
        return others

    @property
    def _every(self) -> str:
        return f"{self.alias}-0*"


def delete(indexes: list[str]) -> None:
    """Delete indexes that nobody reads or writes any more."""
    with searching() as client:
        for name in indexes:
            client.indices.delete(name, ignore=404)

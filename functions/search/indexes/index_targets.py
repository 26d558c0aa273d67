"""The indexes behind an alias: which ones are written, and how one replaces another.

Searches read an alias such as `plans`. Each index that is written (`plans-000001`, …) has its own write alias
(`plans-write-000001`). A write requires the alias, so it cannot recreate a deleted index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import opensearchpy

from payerworks.opensearch import CHANGE_INDEX, searching

_WHILE_FILLED = {"refresh_interval": "-1"}


@dataclass(frozen=True, slots=True)
class IndexTargets:
    """The indexes of one kind of document: the alias that searches read, and a function for settings and mapping.

    All methods that call OpenSearch raise Unavailable.
    """

    alias: str
    definition: Callable[[], dict[str, Any]]

    def write_targets(self) -> list[str]:
        """The current write aliases, read on each call; creates the first index if there is none."""
        with searching() as client:
            indexes = client.indices.get_alias(name=self.write_alias("*"))
        return sorted(name for index in indexes.values() for name in index["aliases"]) or [self._create_first()]

    def write_alias(self, index: str) -> str:
        """The write alias of an index."""
        return f"{self.alias}-write-{index.removeprefix(f'{self.alias}-')}"

    def _create_first(self) -> str:
        first = f"{self.alias}-000001"
        aliases: dict[str, Any] = {self.alias: {}, self.write_alias(first): {}}
        with searching() as client:
            try:
                client.indices.create(first, body=self.definition() | {"aliases": aliases}, params=CHANGE_INDEX)
            except opensearchpy.RequestError as error:
                # A concurrent first write has created it, with both aliases.
                if error.error != "resource_already_exists_exception":
                    raise
        return self.write_alias(first)

    def next_index(self) -> str:
        """A name for a new index, with the next number."""
        self.write_targets()
        with searching() as client:
            numbers = [int(name.removeprefix(f"{self.alias}-")) for name in client.indices.get(self._every)]
        return f"{self.alias}-{max(numbers) + 1:06d}"

    def add(self, index: str) -> None:
        """Create an index for filling, which is a target of all writes from now on; does nothing if it exists."""
        body: dict[str, Any] = self.definition() | {"aliases": {self.write_alias(index): {}}}
        body["settings"] |= _WHILE_FILLED
        with searching() as client:
            if not client.indices.exists(index):
                client.indices.create(index, body=body, params=CHANGE_INDEX)

    def switch(self, index: str) -> None:
        """Restore the search settings of an index and point searches at it instead of any other, in one atomic step."""
        settings = self.definition()["settings"]
        restored = {name: settings.get(name) for name in _WHILE_FILLED}
        actions = [
            {"remove": {"index": self._every, "alias": self.alias, "must_exist": False}},
            {"add": {"index": index, "alias": self.alias}},
        ]
        with searching() as client:
            client.indices.put_settings({"index": restored}, index=index, params=CHANGE_INDEX)
            client.indices.refresh(index=index)
            client.indices.update_aliases({"actions": actions}, params=CHANGE_INDEX)

    def close_others(self, index: str) -> list[str]:
        """Remove all other indexes from the write targets and return their names."""
        with searching() as client:
            others = [name for name in client.indices.get(self._every) if name != index]
            alias = self.write_alias("*")
            actions = [{"remove": {"index": name, "alias": alias, "must_exist": False}} for name in others]
            if actions:
                client.indices.update_aliases({"actions": actions}, params=CHANGE_INDEX)
        return others

    @property
    def _every(self) -> str:
        return f"{self.alias}-0*"


def delete(indexes: list[str]) -> None:
    """Delete indexes that are no longer read or written. Raises Unavailable."""
    with searching() as client:
        for name in indexes:
            client.indices.delete(name, params=CHANGE_INDEX, ignore=404)

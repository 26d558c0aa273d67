"""Where the object ids of a list are, kept up to date while the list changes, at the cost of the change alone."""

import bisect

from payerworks.json_text import Json

_GAP = 1 << 256
"""Distance of two marks; so many insertions fit between two entries before all marks are made anew."""


class ObjectPositions:
    """The position of the first entry with each object id in a list.

    Each entry has a mark, and the marks rise along the list. An entry keeps its mark while others come and go before
    it, so a change touches one mark, and bisection finds the position of a mark.
    """

    def __init__(self, entries: list[Json]) -> None:
        # The reference also keeps another list from getting the same `id`.
        self.entries = entries
        self._mark_all()

    def _mark_all(self) -> None:
        self._marks = [number * _GAP for number in range(len(self.entries))]
        self._by_id: dict[str, list[int]] = {}
        for mark, entry in zip(self._marks, self.entries, strict=True):
            self._add(object_id(entry), mark)

    def first(self, name: str) -> int | None:
        """The index of the first entry with an object id; None if there is none."""
        marks = self._by_id.get(name)
        return bisect.bisect_left(self._marks, marks[0]) if marks else None

    def inserted(self, number: int) -> None:
        """Take note of an entry that was inserted."""
        low = self._marks[number - 1] if number else self._marks[0] - 2 * _GAP if self._marks else 0
        high = self._marks[number] if number < len(self._marks) else low + 2 * _GAP
        mark = (low + high) // 2
        if mark == low:
            self._mark_all()
            return
        self._marks.insert(number, mark)
        self._add(object_id(self.entries[number]), mark)

    def removed(self, number: int, before: Json) -> None:
        """Take note of an entry that was removed; `before` is its objectId."""
        self._forget(before, self._marks.pop(number))

    def renamed(self, number: int, before: Json) -> None:
        """Take note of an entry that was replaced, or whose objectId was changed; `before` is its earlier objectId."""
        self._forget(before, self._marks[number])
        self._add(object_id(self.entries[number]), self._marks[number])

    def _add(self, name: Json, mark: int) -> None:
        if isinstance(name, str):
            bisect.insort(self._by_id.setdefault(name, []), mark)

    def _forget(self, name: Json, mark: int) -> None:
        if isinstance(name, str):
            marks = self._by_id[name]
            del marks[bisect.bisect_left(marks, mark)]


def object_id(entry: Json) -> Json:
    """The objectId of an entry, whatever its type; None if it has none."""
    return entry.get("objectId") if isinstance(entry, dict) else None

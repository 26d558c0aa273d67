"""A sequence in parts, as calls that take so many at once want it."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def parts(items: Sequence[Item], size: int) -> list[list[Item]]:
    """The items in their order, `size` a part, the last one with what is left; none of no items."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]

"""Split a sequence into parts, for calls with a maximum number of items."""

from collections.abc import Sequence
from typing import TypeVar

Element = TypeVar("Element")


def parts(items: Sequence[Element], size: int) -> list[list[Element]]:
    """The items in their order, in parts of `size`; the last part may be shorter."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]

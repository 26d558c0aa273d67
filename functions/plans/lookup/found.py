"""What a search for plans finds."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from payerworks.json_text import Json

FoundObject = tuple[dict[str, Json], Json]
"""An object in a plan, and its position in the list."""


class Found(NamedTuple):
    """A page of plans as JSON texts, the position after which the next page starts (None: none), and `facets`."""

    items: Sequence[str]
    after: Json
    facets: Mapping[str, Json]

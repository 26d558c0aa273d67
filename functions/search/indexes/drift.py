"""Drift: an index entry that differs from the table."""

from typing import Literal, NamedTuple

from payerworks.json_text import Json

DriftKind = Literal["missing", "stale", "orphaned"]
DRIFT_KINDS: tuple[DriftKind, ...] = ("missing", "stale", "orphaned")
"""What a drift check finds: not in the index, different from the table, only in the index."""

Key = tuple[str, str]
"""Tenant, and the id of a plan or a patient."""


class ComparedPage(NamedTuple):
    """A page of the table or of the index, compared with the other.

    suspects  keys of entries that may differ; `recheck` decides
    checked   how many entries the page has
    position  where the next page begins; None at the end
    """

    suspects: list[Key]
    checked: int
    position: Json


class Finding(NamedTuple):
    """A plan or a patient whose index entry differs."""

    kind: DriftKind
    key: Key

"""Drift: differences between an index and its table."""

from typing import Literal, NamedTuple

from payerworks.json_text import Json

DriftKind = Literal["missing", "stale", "orphaned", "refused"]
DRIFT_KINDS: tuple[DriftKind, ...] = ("missing", "stale", "orphaned", "refused")
"""Not in the index; different in the index; only in the index; up to date, but not with all its search fields."""

Key = tuple[str, str]
"""Tenant, and id of a plan or patient."""


class ComparedPage(NamedTuple):
    """A page of the table compared with the index, or the reverse.

    suspects  keys of entries that may differ; `recheck` decides
    checked   number of entries in the page
    position  start of the next page; None at the end
    """

    suspects: list[Key]
    checked: int
    position: Json


class Finding(NamedTuple):
    """A plan or patient that has drifted."""

    kind: DriftKind
    key: Key

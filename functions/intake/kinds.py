"""The kinds of files that are taken in: each has its folder in the bucket, which a file's key begins with."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from intake.claim_rows import claim_row, claims_layout, load_claims
from intake.columns import ColumnMapping, Layout, layout_of
from intake.jobs import Job, Plan
from intake.records import Fields, record_of
from intake.registering import load_records

Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Checked]):
    """How a kind of file is read and loaded.

    layout_of   where the fields stand in a file with these columns, by a mapping if one counts; raises UnreadableFile
    check       what a row's fields, in a line, say; raises BadRow
    load        brings checked rows in, in the order of their lines: counts (names of jobs.Counts), and of the rows that
                what is stored refuses the reasons, by line. Again and again with the same result; raises Unavailable
    has_order   rows that disagree about a key are loaded after each other, all others side by side
    """

    layout_of: Callable[[Sequence[str], ColumnMapping | None], Layout]
    check: Callable[[Fields, int], Checked]
    load: Callable[[Job, Plan, Sequence[Checked]], tuple[Counter[str], dict[int, str]]]
    has_order: bool


KINDS: Mapping[str, Kind[Any]] = {
    "patients": Kind(layout_of, record_of, load_records, has_order=True),
    "claims": Kind(claims_layout, claim_row, load_claims, has_order=False),
}

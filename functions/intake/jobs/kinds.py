"""The kinds of files: each has its folder in the bucket, the first part of a file's key."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from intake.files.claim_rows import claim_row, claims_layout, load_claims
from intake.files.columns import ColumnMapping, Layout, layout_of
from intake.files.patient_rows import Fields, record_of
from intake.registry.registry_rules import Origin
from intake.registry.upsert import load_records

Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class FileKind(Generic[Checked]):
    """How a kind of file is read and loaded.

    layout_of   finds the fields in a file's columns, by the mapping if there is one; raises UnreadableFile
    check       parses the fields of a row, given its line; raises BadRow
    load        stores a tenant's checked rows in the order of their lines; returns counts (names of jobs.Counts) and,
                by line, why the stored state refuses a row. Safe to repeat; raises Unavailable
    has_order   rows that disagree about a key are loaded one after the other, all others in parallel
    """

    layout_of: Callable[[Sequence[str], ColumnMapping | None], Layout]
    check: Callable[[Fields, int], Checked]
    load: Callable[[str, Origin, Sequence[Checked]], tuple[Counter[str], dict[int, str]]]
    has_order: bool


FILE_KINDS: Mapping[str, FileKind[Any]] = {
    "patients": FileKind(layout_of, record_of, load_records, has_order=True),
    "claims": FileKind(claims_layout, claim_row, load_claims, has_order=False),
}

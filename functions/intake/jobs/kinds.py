"""The kinds of files: each has its folder in the bucket, the first part of a file's key."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from intake.files.claim_rows import claim_content, claim_keys, claim_row, claims_layout, load_claims
from intake.files.columns import ColumnMapping, Layout, layout_of
from intake.files.patient_rows import (
    BadRow,
    BlankRow,
    Fields,
    RowKey,
    fields_of,
    record_content,
    record_keys,
    record_of,
)
from intake.registry.registry_rules import Announce, LoadedRows, Origin
from intake.registry.upsert import load_records
from payerworks.csv_rows import Row

Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class FileKind(Generic[Checked]):
    """How a kind of file is read and loaded.

    layout_of    finds the fields in a file's columns, by the mapping if there is one; raises UnreadableFile
    check        parses the fields of a row, given its line; raises BadRow
    content_of   what a checked row says: the same text for rows that say the same in another spelling
    keys_of      the keys of a checked row: rows with a contested key (row_conflicts.py) are loaded one after the other,
                 all others in parallel
    load         stores a tenant's checked rows in the order of their lines. `earlier` has the numbers of earlier equal
                 rows of the file, by content, and is brought up to date. Before it writes, it announces whose data
                 that is. Safe to repeat; raises Unavailable, and what `Announce` raises
    counts_equal_rows  equal rows of a file are different things, known by their number
    """

    layout_of: Callable[[Sequence[str], ColumnMapping | None], Layout]
    check: Callable[[Fields, int], Checked]
    content_of: Callable[[Checked], str]
    keys_of: Callable[[Checked], Sequence[RowKey]]
    load: Callable[[str, Origin, Sequence[Checked], Counter[str], Announce], LoadedRows]
    counts_equal_rows: bool

    def read(self, row: Row, layout: Layout) -> Checked | BadRow | None:
        """A row, checked, or its faults; None for a blank row, which is skipped."""
        try:
            return self.check(fields_of(row, layout), row.line)
        except BlankRow:
            return None
        except BadRow as bad_row:
            return bad_row


FILE_KINDS: Mapping[str, FileKind[Any]] = {
    "patients": FileKind(layout_of, record_of, record_content, record_keys, load_records, counts_equal_rows=False),
    "claims": FileKind(claims_layout, claim_row, claim_content, claim_keys, load_claims, counts_equal_rows=True),
}

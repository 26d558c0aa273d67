"""A table gives the same rows whichever program has saved it."""

import csv
import datetime
import io
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.claim.field_names import FIELDS as CLAIM_FIELDS
from claims.claim.models import SubmittedClaim
from intake.files.columns import PRESETS, read_header
from intake.files.encodings import encoding_of, in_utf8
from intake.files.patient_rows import BlankRow, fields_of, record_of
from intake.jobs.kinds import FILE_KINDS
from payerworks.csv_rows import rows
from tests.unit.intake.test_claim_rows import claim_rows


@dataclass(frozen=True)
class Writer:
    """How a program saves a table."""

    delimiter: str = ","
    line_end: str = "\r\n"
    encoding: str = "utf-8"
    quoting: int = csv.QUOTE_MINIMAL
    names_delimiter: bool = False
    blank_rows: int = 0

    def save(self, table: list[list[str]]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end, quoting=self.quoting)
        writer.writerows([*table, *[[""] * len(table[0])] * self.blank_rows])
        first = f"sep={self.delimiter}{self.line_end}" if self.names_delimiter else ""
        return (first + text.getvalue()).encode(self.encoding)


WRITERS = [
    Writer(),
    Writer(line_end="\n", quoting=csv.QUOTE_ALL),  # the command line
    Writer(";", encoding="windows-1252", names_delimiter=True, blank_rows=3),  # a spreadsheet in Europe
    Writer("\t", encoding="utf-16"),  # its "Unicode text"
    Writer(line_end="\r", encoding="utf-8-sig", quoting=csv.QUOTE_NONNUMERIC, blank_rows=1),  # one on an old Macintosh
]
# In Windows-1252 no two of these letters are one of UTF-8.
TEXTS = st.text(st.sampled_from("aBéßÑ '-=;,\""), min_size=1, max_size=8).map(lambda text: f"{text}x".strip())
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2020, 12, 31)).map(datetime.date.isoformat)
REASONS = st.lists(TEXTS, max_size=3).map("\n".join)
VISITS = st.tuples(TEXTS, TEXTS, TEXTS, DATES, TEXTS, DATES, REASONS).map(list)


def parsed(kind: str, content: bytes) -> list[Any]:
    """What the rows of a file of a kind say."""
    text = b"".join(in_utf8([content], encoding_of([content])))
    header = read_header(text)
    layout = replace(FILE_KINDS[kind].layout_of(header.columns, None), is_reject_list=header.is_reject_list)
    found = []
    for row in rows([text[header.end :]], header.delimiter, header.end, header.line):
        try:
            found.append(FILE_KINDS[kind].check(fields_of(row, layout), 0))
        except BlankRow:
            continue
    return found


@given(st.lists(VISITS, max_size=4), st.sampled_from(WRITERS), st.permutations(range(7)))
def test_any_program_that_saves_a_table_of_patients_saves_the_same_rows(
    table: list[list[str]], writer: Writer, order: list[int]
) -> None:
    fields = list(PRESETS["patients and visits"])
    saved = writer.save([[cells[number] for number in order] for cells in [fields, *table]])
    assert parsed("patients", saved) == [record_of(dict(zip(fields, cells, strict=True)), 0) for cells in table]


@given(
    st.lists(claim_rows(), max_size=4),
    st.lists(TEXTS, min_size=4, max_size=4),
    st.sampled_from(WRITERS),
    st.permutations([*CLAIM_FIELDS, "note"]),
)
def test_any_program_that_saves_a_table_of_claims_saves_the_same_rows(
    table: list[tuple[dict[str, str], SubmittedClaim]], notes: list[str], writer: Writer, columns: list[str]
) -> None:
    # Only texts that Windows-1252 has.
    texts = [dict.fromkeys(("plan_group_number", "subscriber_number"), note) for note in notes]
    written = [cells | text | {"note": ""} for (cells, _), text in zip(table, texts, strict=False)]
    saved = writer.save([columns, *([cells[name] for name in columns] for cells in written)])
    claims = [claim.model_copy(update=text) for (_, claim), text in zip(table, texts, strict=False)]
    assert [row.valid.claim for row in parsed("claims", saved)] == claims

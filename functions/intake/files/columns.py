"""Match the columns of a file to fields by the names in its header, in any order and spelling."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.files.unreadable import UnreadableFile
from payerworks.csv_header import first_row
from payerworks.csv_rows import NUL, Row, line_ends, rows

Names = tuple[str, ...]

LINE, REJECT_REASON = "line", "reject_reason"
"""The two columns that a list of rejects adds to its file's own."""

_LINE_NUMBER = re.compile("[0-9]+")
_NUL_HINT = "If the file is in UTF-16, save it in UTF-8, or name its encoding in a mapping.json."
_IGNORED = re.compile(r"[\W_]+")

PRESETS: dict[str, dict[str, Names]] = {
    "patients and visits": {
        "mrn": ("mrn",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "birth_date": ("birth_date",),
        "visit_account_number": ("visit_account_number",),
        "visit_date": ("visit_date",),
        "reason": ("reason",),
    },
    # The CSV export of the Synthea patient generator (its wiki's "CSV File Data Dictionary").
    "Synthea patients": {
        "mrn": ("Id",),
        "first_name": ("FIRST",),
        "last_name": ("LAST",),
        "birth_date": ("BIRTHDATE",),
    },
    "Synthea encounters": {
        "visit_account_number": ("Id",),
        "visit_date": ("START",),
        "mrn": ("PATIENT",),
        "reason": ("REASONDESCRIPTION", "DESCRIPTION"),
    },
}
"""The columns of each field, by the name of the preset. If a field has several, the first nonempty cell counts."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The mapping in the object under `key` (mapping.py): fields with their columns, as in PRESETS.

    Without columns, the presets apply. `date_format` is the file's format of dates (dates.day_written); None: ISO 8601
    or the US style. `encoding` is the file's encoding (encodings.ENCODINGS); None: the one that it seems to have.
    """

    key: str
    columns: dict[str, Sequence[str]]
    date_format: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row: the names of its columns, their delimiter, and the byte and line where the rows begin.

    `is_reject_list`: the file is a list of rejects (`_is_reject_list`).
    """

    columns: tuple[str, ...]
    delimiter: str
    end: int
    line: int
    is_reject_list: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The column numbers of each field in a file.

    `fields`: each field with its alternatives, of which the first nonempty cell counts. An alternative has several
    numbers if the header repeats a name; these columns must agree in each row:
        header MRN,REASON,Reason,…  → {"mrn": ((0,),), "reason": ((1, 2),), …}
    `is_reject_list`: the file is a corrected list of rejects, whose cells lose their guard against spreadsheets.
    `date_format`: as in ColumnMapping.
    """

    columns: tuple[str, ...]
    fields: dict[str, tuple[tuple[int, ...], ...]]
    is_reject_list: bool = False
    date_format: str | None = None


def read_header(beginning: bytes) -> Header:
    """The header in the beginning of a file (its first megabyte, or all of it). Raises UnreadableFile."""
    first = first_row(beginning)
    if first is None:
        raise UnreadableFile("The file is empty.")
    row, delimiter = first
    if row.fault:
        hint = f" {_NUL_HINT}" if row.fault == NUL else ""
        raise UnreadableFile(f"The file has no header: in its first line, {row.fault}.{hint}")
    line = row.line + line_ends(beginning[row.start : row.end])
    is_reject_list = _is_reject_list(row.cells, rows([beginning[row.end :]], delimiter))
    return Header(tuple(row.cells), delimiter, row.end, line, is_reject_list)


def layout_of(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """The layout of a file with these columns, by its mapping or else by the nearest preset.

    Raises UnreadableFile that names the missing columns.
    """
    mapped = mapping and mapping.columns
    presets: Mapping[str, Mapping[str, Sequence[str]]] = {mapping.key: mapped} if mapping and mapped else PRESETS
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(columns):
        numbers.setdefault(folded(name), []).append(number)
    missing = {name: _missing(preset, numbers) for name, preset in presets.items()}
    nearest = min(missing, key=lambda name: len(missing[name]) / len(presets[name]))
    if missing[nearest] == ["reason"] and not mapping and numbers.keys() <= _KNOWN:
        missing[nearest] = []  # the file says none: no column of another name could be meant
    if missing[nearest]:
        if mapping and mapped:
            names = ", ".join(missing[nearest])
            raise UnreadableFile(f"The file has no column {names}, which the mapping {mapping.key} requires.")
        raise UnreadableFile(missing_columns_message(missing[nearest], tuple(presets[nearest])))
    fields = {
        field: tuple(tuple(numbers[folded(name)]) for name in names if folded(name) in numbers)
        for field, names in presets[nearest].items()
    }
    return Layout(tuple(columns), fields, date_format=mapping.date_format if mapping else None)


def reject_columns(columns: Sequence[str]) -> int | None:
    """The number of the column `line` that `reject_reason` follows, of several the last one; None if there is none."""
    names = [folded(name) for name in columns]
    pairs = (number for number in range(len(names)) if names[number : number + 2] == _REJECT_COLUMNS)
    return max(pairs, default=None)


def _is_reject_list(columns: Sequence[str], first_rows: Iterable[Row]) -> bool:
    """Whether a file with these columns and first rows is a list of rejects.

    Its columns `line` and `reject_reason` stand side by side, and what is in `line` are numbers. Rows that a person
    added have none, and in several lists put together the header is repeated. Raises UnreadableFile if other texts are
    in `line` beside numbers of rejects: the guard of the cells must neither stay nor be taken from other values.
    """
    number = reject_columns(columns)
    if number is None:
        return False
    whole = (row.cells for row in first_rows if not row.fault and len(row.cells) == len(columns))
    pairs = [(cells[number].strip(), cells[number + 1].strip()) for cells in whole]
    others = [line for line, _ in pairs if line and not _LINE_NUMBER.fullmatch(line) and folded(line) != LINE]
    if others and any(_LINE_NUMBER.fullmatch(line) and reason for line, reason in pairs):
        raise UnreadableFile(
            "The file looks like a list of rejects, but its column line does not hold numbers alone. Leave the columns "
            "line and reject_reason as they were; if they are columns of your own, give them other names."
        )
    return not others and any(_LINE_NUMBER.fullmatch(line) for line, _ in pairs)


def _missing(preset: Mapping[str, Sequence[str]], numbers: dict[str, list[int]]) -> list[str]:
    return [" or ".join(names) for names in preset.values() if not any(folded(name) in numbers for name in names)]


def missing_columns_message(missing: Sequence[str], required: Sequence[str]) -> str:
    """The sentence about a file that lacks some or all of the required columns."""
    if len(missing) == len(required):
        return f"The file has no header that names its columns: {', '.join(required)}."
    return f"The file has no column {', '.join(missing)}."


@functools.lru_cache(256)
def folded(name: str) -> str:
    """A column's name without what does not matter in it: case, blanks and punctuation."""
    return _IGNORED.sub("", name).lower()


_REJECT_COLUMNS = [folded(LINE), folded(REJECT_REASON)]
_KNOWN = {folded(name) for name in (*PRESETS["patients and visits"], LINE, REJECT_REASON)}

"""Match the columns of a file to fields by the names in its header, in any order and spelling."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.files.csv_rows import rows
from intake.files.unreadable import UnreadableFile

Names = tuple[str, ...]

LINE, REJECT_REASON = "line", "reject_reason"
"""The two columns that a list of rejects adds to its file's own."""

DELIMITERS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
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

    `date_format` is the file's format of dates (dates.day_written); None: ISO 8601 or the US style.
    """

    key: str
    columns: dict[str, Sequence[str]]
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row: the names of its columns, their delimiter, and the byte and line where the rows begin."""

    columns: tuple[str, ...]
    delimiter: str
    end: int
    line: int


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
    is_reject_list: bool
    date_format: str | None = None


def read_header(beginning: bytes) -> Header:
    """The header in the beginning of a file (its first megabyte, or all of it). Raises UnreadableFile."""
    if beginning[:2] in _OTHER_ENCODINGS:
        raise UnreadableFile(f"The file is in {_OTHER_ENCODINGS[beginning[:2]]}; it must be in UTF-8.")
    start = len(_BOM) if beginning.startswith(_BOM) else 0
    first_rows = [next(rows([beginning[start:]], delimiter, start), None) for delimiter in DELIMITERS]
    if first_rows[0] is None:
        raise UnreadableFile("The file is empty.")
    headers = [(row, delimiter) for row, delimiter in zip(first_rows, DELIMITERS, strict=True) if row and not row.fault]
    if not headers:
        raise UnreadableFile(f"The file has no header: in its first line, {first_rows[0].fault}.")
    row, delimiter = max(headers, key=lambda pair: len(pair[0].cells))
    lines = beginning.count(b"\n", start, row.end)
    return Header(tuple(row.cells), delimiter, row.end, lines + 1)


def layout_of(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """The layout of a file with these columns, by its mapping or else by the nearest preset.

    Raises UnreadableFile that names the missing columns.
    """
    presets: Mapping[str, Mapping[str, Sequence[str]]] = {mapping.key: mapping.columns} if mapping else PRESETS
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(columns):
        numbers.setdefault(_folded(name), []).append(number)
    missing = {name: _missing(preset, numbers) for name, preset in presets.items()}
    nearest = min(missing, key=lambda name: len(missing[name]) / len(presets[name]))
    if missing[nearest] == ["reason"] and not mapping and numbers.keys() <= _KNOWN:
        missing[nearest] = []  # the file says none: no column of another name could be meant
    if missing[nearest]:
        if mapping:
            names = ", ".join(missing[nearest])
            raise UnreadableFile(f"The file has no column {names}, which the mapping {mapping.key} requires.")
        raise UnreadableFile(missing_columns_message(missing[nearest], tuple(presets[nearest])))
    fields = {
        field: tuple(tuple(numbers[_folded(name)]) for name in names if _folded(name) in numbers)
        for field, names in presets[nearest].items()
    }
    return Layout(tuple(columns), fields, is_reject_list(columns), mapping.date_format if mapping else None)


def is_reject_list(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is a list of rejects."""
    return {_folded(LINE), _folded(REJECT_REASON)} <= set(map(_folded, columns))


def _missing(preset: Mapping[str, Sequence[str]], numbers: dict[str, list[int]]) -> list[str]:
    return [" or ".join(names) for names in preset.values() if not any(_folded(name) in numbers for name in names)]


def missing_columns_message(missing: Sequence[str], required: Sequence[str]) -> str:
    """The sentence about a file that lacks some or all of the required columns."""
    if len(missing) == len(required):
        return f"The file has no header that names its columns: {', '.join(required)}."
    return f"The file has no column {', '.join(missing)}."


def _folded(name: str) -> str:
    return _IGNORED.sub("", name).lower()


_KNOWN = {_folded(name) for name in (*PRESETS["patients and visits"], LINE, REJECT_REASON)}

"""Which column of a file holds which field: by the names in its header, in any order and spelling."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.files.csv_rows import rows
from intake.files.unreadable import UnreadableFile

Names = tuple[str, ...]

LINE, REJECT_REASON = "line", "reject_reason"
"""The columns that a list of rejects has besides its file's own."""

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
    # The CSV export of the Synthea patient generator (its wiki, "CSV File Data Dictionary").
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
"""Layouts by name: each field with the columns that may hold it; of several, the first that is not empty counts."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A layout that the object under `key` describes (mapping.py): fields with their columns, as in PRESETS.

    `date_format` is how the file writes dates (dates.day_written); None: as ISO 8601 or in the US style.
    """

    key: str
    columns: dict[str, Sequence[str]]
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row: the names of its columns, what delimits them, where (byte, line) the rows begin."""

    columns: tuple[str, ...]
    delimiter: str
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file's fields stand: for each the columns that may hold it, by number.

    A name that the header has twice stands for both columns, which must then agree in each row. `is_rejects` says that
    the file is a list of rejects that was corrected: its cells lose the sign that kept spreadsheets from running them.
    `date_format` is that of ColumnMapping.
    """

    columns: tuple[str, ...]
    places: dict[str, tuple[tuple[int, ...], ...]]
    is_rejects: bool
    date_format: str | None = None


def read_header(beginning: bytes) -> Header:
    """The header in the beginning of a file (its first megabyte, or all of it). Raises UnreadableFile."""
    if beginning[:2] in _OTHER_ENCODINGS:
        raise UnreadableFile(f"The file is in {_OTHER_ENCODINGS[beginning[:2]]}; it must be in UTF-8.")
    start = len(_BOM) if beginning.startswith(_BOM) else 0
    found = [next(rows([beginning[start:]], delimiter, start), None) for delimiter in DELIMITERS]
    if found[0] is None:
        raise UnreadableFile("The file is empty.")
    fitting = [(row, delimiter) for row, delimiter in zip(found, DELIMITERS, strict=True) if row and not row.fault]
    if not fitting:
        raise UnreadableFile(f"The file has no header: in its first line, {found[0].fault}.")
    row, delimiter = max(fitting, key=lambda pair: len(pair[0].cells))
    lines = beginning.count(b"\n", start, row.end)
    return Header(tuple(row.cells), delimiter, row.end, lines + 1)


def layout_of(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """Where the fields stand in a file with these columns, by its mapping or else by the nearest preset.

    Raises UnreadableFile that names the missing columns.
    """
    presets: Mapping[str, Mapping[str, Sequence[str]]] = {mapping.key: mapping.columns} if mapping else PRESETS
    places: dict[str, list[int]] = {}
    for number, name in enumerate(columns):
        places.setdefault(_folded(name), []).append(number)
    missing = {name: _missing(preset, places) for name, preset in presets.items()}
    nearest = min(missing, key=lambda name: len(missing[name]) / len(presets[name]))
    if missing[nearest]:
        if mapping:
            lacking = ", ".join(missing[nearest])
            raise UnreadableFile(f"The file has no column {lacking}, for which the mapping {mapping.key} asks.")
        raise UnreadableFile(what_is_missing(missing[nearest], tuple(presets[nearest])))
    fields = {
        field: tuple(tuple(places[_folded(name)]) for name in names if _folded(name) in places)
        for field, names in presets[nearest].items()
    }
    return Layout(tuple(columns), fields, lists_rejects(columns), mapping.date_format if mapping else None)


def lists_rejects(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is a list of rejects."""
    return {_folded(LINE), _folded(REJECT_REASON)} <= set(map(_folded, columns))


def _missing(preset: Mapping[str, Sequence[str]], places: dict[str, list[int]]) -> list[str]:
    return [" or ".join(names) for names in preset.values() if not any(_folded(name) in places for name in names)]


def what_is_missing(names: Sequence[str], wanted: Sequence[str]) -> str:
    """The sentence on a file without the columns `names`, which are some or all of those that are wanted."""
    if len(names) == len(wanted):
        return f"The file has no header that names its columns: {', '.join(wanted)}."
    return f"The file has no column {', '.join(names)}."


def _folded(name: str) -> str:
    return _IGNORED.sub("", name).lower()

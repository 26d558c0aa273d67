"""Advice about a file whose columns do not fit its kind: what it looks like, and what to do."""

import difflib
from collections.abc import Sequence

from claims.claim.field_names import FIELDS as CLAIM_FIELDS
from claims.claim.field_names import field_of
from intake.files.columns import PRESETS, folded

_MOSTLY = 0.5
"""The part of a kind's fields that a file of this kind has at least, even if some columns are misspelt."""
_SIMILAR = 0.75
"""How alike the names of a column and of a field are (difflib), from 0 to 1."""


def advice(kind: str, columns: Sequence[str]) -> str:
    """The advice for a file of a kind with these columns. Of the file it names only columns that resemble a field."""
    other = "patients" if kind == "claims" else "claims"
    likeness, other_likeness = _likeness(kind, columns), _likeness(other, columns)
    if other_likeness > likeness and other_likeness >= _MOSTLY:
        return f"It looks like {other}: put it under {other}/, or send it with --kind {other}."
    beginning = columns[0].strip()
    if not likeness and (beginning == "[" or beginning.startswith(("{", "[{"))):
        return "It looks like JSON: send it to POST /ingest or POST /claims."
    if not likeness and beginning.startswith("<"):
        return "It looks like HTML or XML: export the table as CSV."
    similar = "".join(f"Its column {column} looks like {field}. " for column, field in _similar(kind, columns))
    return f"{similar}Rename the columns in its first line, or name them in a mapping.json (docs/intake.md)."


def _likeness(kind: str, columns: Sequence[str]) -> float:
    """The part of the fields of a kind that have a column, 0 to 1."""
    if kind == "claims":
        return len(set(map(field_of, columns)) - {None}) / len(CLAIM_FIELDS)
    names = set(map(folded, columns))
    parts = ([bool(names & set(map(folded, of_field))) for of_field in preset.values()] for preset in PRESETS.values())
    return max(sum(found) / len(found) for found in parts)


def _similar(kind: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """Columns that are no field of the kind, each with the missing field that it resembles."""
    fields = {folded(field): field for field in (CLAIM_FIELDS if kind == "claims" else PRESETS["patients and visits"])}
    found = {folded((kind == "claims" and field_of(column)) or column) for column in columns}
    others = {folded(column): column.strip() for column in columns if folded(column) in found - fields.keys()}
    pairs = ((difflib.get_close_matches(name, others, 1, _SIMILAR), fields[name]) for name in fields.keys() - found)
    return sorted((others[match[0]], field) for match, field in pairs if match)

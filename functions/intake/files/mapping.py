"""Mappings: the columns, date format and encoding of files that are not as ours or Synthea's.

An object `mapping.json` applies to the tenant's files that are put after it into its folder, or into a folder below
without a nearer mapping.
"""

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from claims.claim.field_names import FIELDS as CLAIM_FIELDS
from intake.files import dates
from intake.files.columns import PRESETS, ColumnMapping
from intake.files.encodings import ENCODINGS
from intake.files.unreadable import UnreadableFile
from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from payerworks.validation import checked

MAPPING_NAME = "mapping.json"
MAX_BYTES = 64 * 1024
OPTIONAL = frozenset({"quadrant", "reason"})
"""Fields that a mapping may lack."""

_FIELD_SETS: Mapping[str, Collection[Collection[str]]] = {"patients": PRESETS.values(), "claims": [CLAIM_FIELDS]}
_MAX_FAULTS = 20


def _date_format(text: str) -> str:
    dates.pattern_of(text)
    return text


def _column_name(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise ValueError("must be a column's name, with a letter or a digit")
    return text


def _encoding(text: str) -> str:
    if text.lower() not in ENCODINGS:
        raise ValueError(f"must be one of {', '.join(ENCODINGS)}")
    return text.lower()


DateFormat = Annotated[
    str, AfterValidator(_date_format), WithJsonSchema({"type": "string", "examples": ["DD.MM.YYYY"]})
]
Encoding = Annotated[str, AfterValidator(_encoding), WithJsonSchema({"type": "string", "enum": [*ENCODINGS]})]
_COLUMN = {"type": "string", "minLength": 1, "maxLength": 200}
ColumnName = Annotated[str, StringConstraints(max_length=200), AfterValidator(_column_name)]
ColumnNames = Annotated[
    list[ColumnName],
    Field(min_length=1, max_length=20),
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_COLUMN, {"type": "array", "items": _COLUMN, "minItems": 1, "maxItems": 20}]}),
]


class FileMapping(BaseModel, extra="forbid", strict=True):
    """The content of `mapping.json`: the columns of each field of a file, its date format, and its encoding."""

    columns: dict[str, ColumnNames] = Field(
        {},
        description="Each field with the name of its column, or with several: the first nonempty cell counts. Without "
        "it, the usual columns.",
    )
    date_format: DateFormat | None = Field(None, description="YYYY, MM and DD; without it, ISO 8601 or M/D/YYYY.")
    encoding: Encoding | None = Field(
        None, description="Of a file without a byte order mark; without it, UTF-8 or else Windows-1252."
    )


def is_mapping(key: str) -> bool:
    """Whether an object is a mapping, not a file to load."""
    return posixpath.basename(key) == MAPPING_NAME


def mapping_keys(key: str) -> Iterator[str]:
    """The possible keys of a file's mapping, the nearest first."""
    folder = posixpath.dirname(key)
    while folder:
        yield f"{folder}/{MAPPING_NAME}"
        folder = posixpath.dirname(folder)


def read_mapping(key: str, content: bytes, kind: str) -> ColumnMapping:
    """The mapping in an object, for files of a kind. Raises UnreadableFile that names the object and the fault."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"The mapping {key} has more than 64 KB.")
    try:
        value = json_text.read(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, BadInput):
        raise UnreadableFile(f"The mapping {key} is not JSON.") from None
    try:
        mapping = checked(FileMapping, value, "The mapping is not valid.", field_faults(value, kind))
    except BadInput as invalid:
        raise _unusable(key, invalid.errors) from None
    return ColumnMapping(key, dict(mapping.columns), mapping.date_format, mapping.encoding)


def field_faults(mapping: Json, kind: Json) -> list[Fault]:
    """The unknown and the missing fields of a mapping for files of a kind, as far as both can be read."""
    columns = mapping.get("columns", {}) if isinstance(mapping, dict) else None
    if columns == {} and isinstance(mapping, dict):
        return [] if mapping.get("date_format") or mapping.get("encoding") else [Fault("/columns", "is missing")]
    if not isinstance(columns, dict) or not isinstance(kind, str) or kind not in _FIELD_SETS:
        return []  # the model says so
    field_sets = [set(fields) for fields in _FIELD_SETS[kind]]
    unknown = columns.keys() - set().union(*field_sets)
    known = columns.keys() - unknown
    nearest = min(
        (fields - OPTIONAL for fields in field_sets if known <= fields), key=lambda fields: len(fields - known)
    )
    return [
        *(Fault(pointer("columns", field), f"is not a field of {kind}") for field in sorted(unknown)),
        *(Fault(pointer("columns", field), "is missing") for field in sorted(nearest - known)),
    ]


def _unusable(key: str, mapping_faults: Sequence[Fault]) -> UnreadableFile:
    reasons = [f"{fault.pointer[:100] or 'it'} {fault.message}" for fault in mapping_faults[:_MAX_FAULTS]]
    if more := len(mapping_faults) - len(reasons):
        reasons.append(f"and {more} more")
    return UnreadableFile(f"The mapping {key} cannot be used: {'; '.join(reasons)}.")

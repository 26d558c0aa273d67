"""Mappings: the columns and date format of files whose layout is neither ours nor Synthea's.

An object `mapping.json` applies to the tenant's files that are put after it into its folder, or into a folder below
without a nearer mapping.
"""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from claims.claim.field_names import FIELDS as CLAIM_FIELDS
from intake.files import dates
from intake.files.columns import PRESETS, ColumnMapping
from intake.files.unreadable import UnreadableFile
from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.validation import faults

MAPPING_NAME = "mapping.json"
MAX_BYTES = 64 * 1024
OPTIONAL = frozenset({"quadrant"})
"""Fields that a file may lack."""

_FIELD_SETS: Mapping[str, Collection[Collection[str]]] = {"patients": PRESETS.values(), "claims": [CLAIM_FIELDS]}
_MAX_FAULTS = 5


def _date_format(text: str) -> str:
    dates.pattern_of(text)
    return text


def _column_name(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise ValueError("must be a column's name, with a letter or a digit")
    return text


DateFormat = Annotated[
    str, AfterValidator(_date_format), WithJsonSchema({"type": "string", "examples": ["DD.MM.YYYY"]})
]
_COLUMN = {"type": "string", "minLength": 1, "maxLength": 200}
ColumnName = Annotated[str, StringConstraints(max_length=200), AfterValidator(_column_name)]
ColumnNames = Annotated[
    list[ColumnName],
    Field(min_length=1, max_length=20),
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_COLUMN, {"type": "array", "items": _COLUMN, "minItems": 1, "maxItems": 20}]}),
]


class FileMapping(BaseModel, extra="forbid", strict=True):
    """The content of `mapping.json`: the columns of each field of a file, and the file's date format."""

    columns: dict[str, ColumnNames] = Field(
        description="Each field with the name of its column, or with several: the first nonempty cell counts."
    )
    date_format: DateFormat | None = Field(None, description="YYYY, MM and DD; without it, ISO 8601 or M/D/YYYY.")


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
        mapping = FileMapping.model_validate(json_text.read(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, BadInput):
        raise UnreadableFile(f"The mapping {key} is not JSON.") from None
    except pydantic.ValidationError as error:
        raise _unusable(key, faults(error)) from None
    if mapping_faults := field_faults(mapping, kind):
        raise _unusable(key, mapping_faults)
    return ColumnMapping(key, dict(mapping.columns), mapping.date_format)


def field_faults(mapping: FileMapping, kind: str) -> list[Fault]:
    """The unknown or else the missing fields of a mapping for files of a kind."""
    field_sets = [set(fields) for fields in _FIELD_SETS[kind]]
    mapped = mapping.columns.keys()
    unknown = mapped - set().union(*field_sets)
    if unknown:
        return [Fault(f"/columns/{field}", f"is not a field of {kind}") for field in sorted(unknown)]
    nearest = min(
        (fields - OPTIONAL for fields in field_sets if mapped <= fields), key=lambda fields: len(fields - mapped)
    )
    return [Fault(f"/columns/{field}", "is missing") for field in sorted(nearest - mapped)]


def _unusable(key: str, mapping_faults: list[Fault]) -> UnreadableFile:
    reasons = "; ".join(f"{fault.pointer[:100] or 'it'} {fault.message}" for fault in mapping_faults[:_MAX_FAULTS])
    return UnreadableFile(f"The mapping {key} cannot be used: {reasons}.")

"""Mappings: how to read files whose layout is neither ours nor Synthea's.

An object `mapping.json` tells it for the files of its folder and of the folders below, up to the next one; of the same
tenant, and for those that are put there after it.
"""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from claims.claim.field_names import FIELDS as CLAIM_FIELDS
from intake.files import dates
from intake.files.columns import PRESETS, ColumnMapping
from intake.files.unreadable import UnreadableFile
from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.validation import faults

NAME = "mapping.json"
MAX_BYTES = 64 * 1024
OPTIONAL = frozenset({"quadrant"})
"""Fields that a file may lack."""

_LAYOUTS: Mapping[str, Collection[Collection[str]]] = {"patients": PRESETS.values(), "claims": [CLAIM_FIELDS]}
_MOST_FAULTS = 5


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


class FileMapping(BaseModel):
    """Which columns of a file hold which fields, and how it writes dates: what `mapping.json` holds."""

    model_config = ConfigDict(extra="forbid", strict=True)

    columns: dict[str, ColumnNames] = Field(
        description="Each field with the name of its column, or with several: the first that is not empty counts."
    )
    date_format: DateFormat | None = Field(None, description="YYYY, MM and DD; without it, ISO 8601 or M/D/YYYY.")


def is_mapping(key: str) -> bool:
    """Whether an object tells how to read others."""
    return posixpath.basename(key) == NAME


def mapping_keys(key: str) -> Iterator[str]:
    """Where the mapping of a file may be, the nearest first."""
    folder = posixpath.dirname(key)
    while folder:
        yield f"{folder}/{NAME}"
        folder = posixpath.dirname(folder)


def read_mapping(key: str, content: bytes, kind: str) -> ColumnMapping:
    """The mapping that an object holds, for files of a kind. Raises UnreadableFile that names object and fault."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"The mapping {key} has more than 64 KB.")
    try:
        mapping = FileMapping.model_validate(json_text.read(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, BadInput):
        raise UnreadableFile(f"The mapping {key} is not JSON.") from None
    except pydantic.ValidationError as error:
        raise _unusable(key, faults(error)) from None
    if wrong := field_faults(mapping, kind):
        raise _unusable(key, wrong)
    return ColumnMapping(key, dict(mapping.columns), mapping.date_format)


def field_faults(mapping: FileMapping, kind: str) -> list[Fault]:
    """What is wrong with the fields that a mapping names for files of a kind: those unknown, those missing."""
    layouts = [set(layout) for layout in _LAYOUTS[kind]]
    named = mapping.columns.keys()
    unknown = named - set().union(*layouts)
    if unknown:
        return [Fault(f"/columns/{field}", f"is no field of {kind}") for field in sorted(unknown)]
    nearest = min((layout - OPTIONAL for layout in layouts if named <= layout), key=lambda layout: len(layout - named))
    return [Fault(f"/columns/{field}", "is missing") for field in sorted(nearest - named)]


def _unusable(key: str, found: list[Fault]) -> UnreadableFile:
    told = "; ".join(f"{fault.pointer[:100] or 'it'} {fault.message}" for fault in found[:_MOST_FAULTS])
    return UnreadableFile(f"The mapping {key} cannot be used: {told}.")

"""The types of a claim's fields: accepted input, parsed value, and schema in the API description."""

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo
from pydantic.json_schema import WithJsonSchema

from claims.claim.money import cents
from claims.claim.npi import has_valid_check_digit
from claims.claim.service_dates import day, service_date

MAX_TEXT = 100
NPI_WARNING = "has a check digit that does not fit"

QUADRANTS = ("UR", "UL", "LR", "LL")
AREAS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20", "30", "40")
"""Areas of the oral cavity (ADA claim form, item 25; X12 837D, SV304): whole, arches, sextants, other, quadrants."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PROCEDURE = re.compile(r"D[0-9]{4}")
_NPI = re.compile(r"[0-9]{10}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - pydantic collects only ValueErrors
    text = value.strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise ValueError(f"must have 1 to {MAX_TEXT} characters")
    if _CONTROL.search(text):
        raise ValueError("must have no control characters")
    if "\ufffd" in text:  # put there by an earlier program in place of a character that it could not decode
        raise ValueError("holds U+FFFD: characters of it were lost")
    return text


def _procedure(value: object) -> str:
    if not _PROCEDURE.fullmatch(text := _text(value)):
        raise ValueError("must be a CDT code: D and four digits")
    return text


def _quadrant(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if (text := _text(value)) not in QUADRANTS + AREAS:
        raise ValueError(f"must be {', '.join(QUADRANTS)} or a code of the area of the oral cavity, such as 10")
    return text


def _provider_npi(value: object, info: ValidationInfo) -> str:
    if not _NPI.fullmatch(text := _text(value)):
        raise ValueError("must have 10 digits")
    if info.context and info.context["strict_npi"] and not has_valid_check_digit(text):
        raise ValueError(NPI_WARNING)
    return text


def _service_date(value: object) -> datetime.date:
    return service_date(value, datetime.datetime.now(datetime.UTC).date())


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_DOLLARS = {"type": "number", "exclusiveMaximum": 10_000_000}
_AMOUNT = r"^\s*\$?\s*([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]{1,2})?\s*$"

Text = Annotated[str, BeforeValidator(_text), _schema(type="string", minLength=1, maxLength=MAX_TEXT, pattern=r"\S")]
Amount = Annotated[
    int,
    BeforeValidator(cents),
    _schema(
        anyOf=[_DOLLARS | {"minimum": 0}, {"type": "string", "pattern": _AMOUNT, "examples": ["120", "$1,234.50"]}],
        description="Dollars, with at most two decimals.",
    ),
]
ServiceDate = Annotated[
    datetime.date,
    BeforeValidator(_service_date),
    _schema(type="string", description="ISO 8601 or US style, from 1990 to today.", examples=["2018-03-28", "3/28/18"]),
]
QueryDay = Annotated[
    datetime.date,
    BeforeValidator(day),
    _schema(type="string", description="ISO 8601 or US style.", examples=["2018-03-28", "3/28/18"]),
]
Procedure = Annotated[str, BeforeValidator(_procedure), _schema(type="string", pattern="^D[0-9]{4}$")]
Quadrant = Annotated[
    str | None,
    BeforeValidator(_quadrant),
    _schema(anyOf=[{"type": "string", "enum": [*QUADRANTS, *AREAS]}, {"type": "null"}]),
]
ProviderNpi = Annotated[str, BeforeValidator(_provider_npi), _schema(type="string", pattern="^[0-9]{10}$")]
Dollars = Annotated[float, _schema(type="number")]

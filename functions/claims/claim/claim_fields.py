"""The types of a claim's fields: accepted input, parsed value, and schema in the API description."""

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo
from pydantic.json_schema import WithJsonSchema

from claims.claim.money import cents
from claims.claim.npi import has_valid_check_digit
from claims.claim.service_dates import service_date
from payerworks.days import day, latest_today
from payerworks.texts import visible

NPI_WARNING = "has a check digit that does not fit"

QUADRANTS = ("UR", "UL", "LR", "LL")
AREAS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20", "30", "40")
"""Areas of the oral cavity (ADA claim form, item 25; X12 837D, SV304): whole, arches, sextants, other, quadrants."""

_PROCEDURE = re.compile(r"D[0-9]{4}")
_NPI = re.compile(r"[0-9]{10}")


def _procedure(value: object) -> str:
    if not _PROCEDURE.fullmatch(text := visible(value).upper()):
        raise ValueError("must be a CDT code: D and four digits")
    return text


def _quadrant(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if (text := visible(value).upper()) not in QUADRANTS + AREAS:
        raise ValueError(f"must be {', '.join(QUADRANTS)} or a code of the area of the oral cavity, such as 10")
    return text


def _provider_npi(value: object, info: ValidationInfo) -> str:
    text = str(value) if not isinstance(value, str) else visible(value)
    if not _NPI.fullmatch(text):
        raise ValueError("must have 10 digits")
    if info.context and info.context["strict_npi"] and not has_valid_check_digit(text):
        raise ValueError(NPI_WARNING)
    return text


def _service_date(value: object) -> datetime.date:
    return service_date(value, latest_today())


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_LETTERS = "[Uu][RrLl]|[Ll][RrLl]"
_DOLLARS = {"type": "number", "exclusiveMaximum": 10_000_000}
_AMOUNT = r"^\s*\$?\s*([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]{1,2})?\s*$"

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
    _schema(
        type="string",
        description="ISO 8601 or US style, from 1990 to today (in UTC+14, the time zone furthest ahead).",
        examples=["2018-03-28", "3/28/18"],
    ),
]
QueryDay = Annotated[
    datetime.date,
    BeforeValidator(day),
    _schema(type="string", description="ISO 8601 or US style.", examples=["2018-03-28", "3/28/18"]),
]
Procedure = Annotated[
    str,
    BeforeValidator(_procedure),
    _schema(type="string", pattern="^[Dd][0-9]{4}$", description="A CDT code, in any case."),
]
Quadrant = Annotated[
    str | None,
    BeforeValidator(_quadrant),
    _schema(
        anyOf=[{"type": "string", "pattern": f"^({_LETTERS}|{'|'.join(AREAS)})$"}, {"type": "null"}],
        description=f"{', '.join(QUADRANTS)} in any case, or the code of an area of the oral cavity.",
        examples=["UR", "10"],
    ),
]
ProviderNpi = Annotated[
    str,
    BeforeValidator(_provider_npi),
    _schema(
        anyOf=[
            {"type": "string", "pattern": "^[0-9]{10}$"},
            {"type": "integer", "minimum": 1_000_000_000, "maximum": 9_999_999_999},
        ],
        examples=["1497775530"],
    ),
]
Dollars = Annotated[float, _schema(type="number")]

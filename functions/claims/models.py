"""What a valid claim is, and what the answers about claims are. Money is integer cents inside, dollars outside."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationInfo, field_validator
from pydantic.json_schema import WithJsonSchema

from claims.money import cents
from claims.npi import check_digit_fits
from claims.payment_states import Status
from claims.service_dates import day, service_date
from payerworks.paging import PageQuery
from payerworks.validation import QueryModel

MAX_TEXT = 100
MAX_LIST = 50
MAX_PARTIAL = 500
"""Claims of a list that is stored whole or not at all, and of one with `partial=true`."""
MOST_TOP_PROVIDERS = 100
NPI_WARNING = "has a check digit that does not fit"

QUADRANTS = ("UR", "UL", "LR", "LL")
AREAS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20", "30", "40")
"""Area of the oral cavity (ADA claim form, item 25; X12 837D, SV304): whole, arches, sextants, other, quadrants."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PROCEDURE = re.compile(r"D[0-9]{4}")
_NPI = re.compile(r"[0-9]{10}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - pydantic lists ValueErrors, a TypeError ends it
    text = value.strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise ValueError(f"must have 1 to {MAX_TEXT} characters")
    if _CONTROL.search(text):
        raise ValueError("must have no control characters")
    if "\ufffd" in text:  # stands where a program before us lost a character
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
    if info.context and info.context["strict_npi"] and not check_digit_fits(text):
        raise ValueError(NPI_WARNING)
    return text


def _service_date(value: object) -> datetime.date:
    return service_date(value, datetime.datetime.now(datetime.UTC).date())


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


DESCRIBED = ConfigDict(defer_build=True)
"""Of models that most calls have no use for: they do not pay for building them."""

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


class SubmittedClaim(BaseModel):
    """A claim as it is sent. Of a field's name blanks, case, `#`, `/` and underscores do not matter."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    service_date: ServiceDate
    submitted_procedure: Procedure
    quadrant: Quadrant = None
    plan_group_number: Text
    subscriber_number: Text
    provider_npi: ProviderNpi
    provider_fees: Amount
    allowed_fees: Amount
    member_coinsurance: Amount
    member_copay: Amount


class SubmittedClaims(
    RootModel[SubmittedClaim | Annotated[list[SubmittedClaim], Field(min_length=1, max_length=MAX_PARTIAL)]]
):
    """One claim, or a list of up to 50 (with `partial=true` 500)."""

    model_config = DESCRIBED


class CreateClaimsQuery(QueryModel):
    """How a list is taken."""

    partial: bool = Field(False, description="Store the claims that are valid, instead of all or none.")


class Warned(BaseModel):
    """Something about a claim that was let pass."""

    model_config = DESCRIBED

    pointer: str
    message: str


class Claim(BaseModel):
    """A claim as it is stored. Money is in dollars, always with two decimals."""

    model_config = DESCRIBED

    id: str
    service_date: datetime.date
    submitted_procedure: str
    quadrant: str | None
    plan_group_number: str
    subscriber_number: str
    provider_npi: str
    provider_fees: Dollars
    allowed_fees: Dollars
    member_coinsurance: Dollars
    member_copay: Dollars
    net_fee: Dollars
    warnings: list[Warned]
    status: Status


class CreatedClaims(RootModel[Claim | list[Claim]]):
    """What was stored: one claim for one, a list for a list."""

    model_config = DESCRIBED


class PaymentStep(BaseModel):
    """Something that happened to a payment, and when."""

    model_config = DESCRIBED

    step: Literal["requested", "paid", "refused", "settled", "reversed"]
    at: datetime.datetime
    detail: str


class ClaimPayment(BaseModel):
    """What was paid on a claim: its net fee, in dollars, and the steps in the order in which they were stored."""

    model_config = DESCRIBED

    claim_id: str = Field(alias="claimId")
    status: Status
    amount: Dollars
    steps: list[PaymentStep]


class ClaimResult(BaseModel):
    """What became of one claim of a list: 201 with the claim, or 400 or 503 with the errors."""

    model_config = DESCRIBED

    status: Literal[201, 400, 503]
    claim: Claim | None = None
    errors: list[Warned] | None = None


class ClaimResults(RootModel[list[ClaimResult]]):
    """A result for each claim, in the order in which they were sent."""

    model_config = DESCRIBED


class ClaimQuery(PageQuery):
    """Filters of the list of claims: all that are given must fit. The days of service are inclusive."""

    model_config = DESCRIBED

    provider_npi: ProviderNpi | None = None
    subscriber_number: Text | None = None
    status: Status | None = None
    service_date_from: QueryDay | None = None
    service_date_to: QueryDay | None = None

    @field_validator("service_date_to")
    @classmethod
    def _not_before_from(cls, last: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        first = info.data.get("service_date_from")
        if first and last and last < first:
            raise ValueError("must not be before service_date_from")
        return last


class ClaimList(BaseModel):
    """A page of claims, newest date of service first. `nextCursor` is null at the end, and only there."""

    model_config = DESCRIBED

    items: list[Claim]
    next_cursor: str | None = Field(alias="nextCursor")


class TopProvidersQuery(QueryModel):
    """How many providers to list."""

    limit: int = Field(10, ge=1, le=MOST_TOP_PROVIDERS)


class TopProvider(BaseModel):
    """A provider with the net fees of all its claims that are not void, and their number."""

    model_config = DESCRIBED

    provider_npi: str
    total_net_fee: Dollars
    claims: int = Field(ge=0)


class TopProviders(RootModel[list[TopProvider]]):
    """Providers, the highest total first; of equal totals the lower NPI."""

    model_config = DESCRIBED

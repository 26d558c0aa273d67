"""What a valid claim is, and what the answers about claims are. Money is integer cents inside, dollars outside."""

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationInfo, field_validator

from claims.claim.claim_fields import Amount, Dollars, Procedure, ProviderNpi, Quadrant, QueryDay, ServiceDate, Text
from claims.claim.status import ClaimStatus
from payerworks.paging import PageQuery
from payerworks.validation import QueryModel

MAX_LIST = 50
MAX_PARTIAL = 500
"""Claims of a list that is stored whole or not at all, and of one with `partial=true`."""
MOST_TOP_PROVIDERS = 100

DESCRIBED = ConfigDict(defer_build=True)
"""Of models that most calls have no use for: they do not pay for building them."""


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
    status: ClaimStatus


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
    status: ClaimStatus
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
    status: ClaimStatus | None = None
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

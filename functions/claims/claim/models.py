"""Models of submitted claims, queries and answers. Amounts are integer cents in the code, dollars in the API.

`defer_build`: most calls use few of these models and so do not pay for building the rest at import.
"""

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, RootModel, ValidationInfo, field_validator
from pydantic.json_schema import WithJsonSchema

from claims.claim.claim_fields import Amount, Dollars, Procedure, ProviderNpi, Quadrant, QueryDay, ServiceDate
from claims.claim.status import ClaimStatus
from payerworks.paging import PageQuery
from payerworks.texts import Identifier, Trimmed, prose
from payerworks.validation import QueryModel

MAX_LIST = 50
MAX_PARTIAL = 500
"""Most claims of a list that is stored whole or not at all, and of a list with `partial=true`."""
MOST_TOP_PROVIDERS = 100
MAX_NOTE = 1000


class SubmittedClaim(BaseModel, extra="forbid", frozen=True, defer_build=True):
    """A submitted claim. In field names, case, blanks, `#`, `/` and underscores do not matter."""

    service_date: ServiceDate
    submitted_procedure: Procedure
    quadrant: Quadrant = None
    plan_group_number: Identifier
    subscriber_number: Identifier
    provider_npi: ProviderNpi
    provider_fees: Amount
    allowed_fees: Amount
    member_coinsurance: Amount
    member_copay: Amount


class SubmittedClaims(
    RootModel[SubmittedClaim | Annotated[list[SubmittedClaim], Field(min_length=1, max_length=MAX_PARTIAL)]],
    defer_build=True,
):
    """One claim, or a list of up to 50 (with `partial=true` 500)."""


class CreateClaimsQuery(QueryModel):
    """How a list is stored."""

    partial: bool = Field(False, description="Store the valid claims, instead of all or none.")


class ClaimFault(BaseModel, defer_build=True):
    """A warning or an error: the place in the claim or the list (a JSON pointer, RFC 6901) and a message."""

    pointer: str
    message: str


class RequestSource(BaseModel, defer_build=True):
    """The request that posted a claim."""

    kind: Literal["request"]
    request_id: str


class FileSource(BaseModel, defer_build=True):
    """The row of a file that is a claim: the file's key in the bucket, the row's first line, and the file's job."""

    kind: Literal["file"]
    key: str
    line: int
    task_id: str


class Claim(BaseModel, defer_build=True):
    """A stored claim. Amounts are in dollars, always with two decimals.

    `review_reason` says why it is in payment_review; null in every other state. `source` is where it came from; null
    for claims stored before sources were kept.
    """

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
    warnings: list[ClaimFault]
    status: ClaimStatus
    review_reason: str | None
    created_at: datetime.datetime
    source: Annotated[RequestSource | FileSource, Field(discriminator="kind")] | None


class CreatedClaims(RootModel[Claim | list[Claim]], defer_build=True):
    """The stored claims: an object for an object, a list for a list."""


class PaymentStep(BaseModel, defer_build=True):
    """A step of a payment and its time; in steps of people, `by` is the user. The detail of a decision is its note."""

    step: Literal[
        "requested", "paid", "refused", "settled", "reversed", "review", "asked", "approved", "declined", "voided"
    ]
    at: datetime.datetime
    detail: str
    by: str | None = None


class ClaimPayment(BaseModel, defer_build=True):
    """The payment of a claim: its net fee in dollars, and its steps in the order in which they were stored.

    `review_reason` says why the claim is in payment_review; null in every other state.
    """

    claim_id: str = Field(alias="claimId")
    status: ClaimStatus
    amount: Dollars
    review_reason: str | None
    steps: list[PaymentStep]


def _note(value: object) -> str:
    if text := prose(value, MAX_NOTE):
        return text
    raise ValueError(f"must have 1 to {MAX_NOTE} characters")


class PaymentDecision(BaseModel, extra="forbid", frozen=True, defer_build=True):
    """A decision that ends the review of a claim, and why."""

    decision: Literal["approve", "refuse"]
    note: Annotated[
        str,
        BeforeValidator(_note),
        WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NOTE, "pattern": r"\S"}),
    ]


class ClaimResult(BaseModel, defer_build=True):
    """The result for one claim of a list: 201 with the claim, or 400 or 503 with the errors."""

    status: Literal[201, 400, 503]
    claim: Claim | None = None
    errors: list[ClaimFault] | None = None


class ClaimResults(RootModel[list[ClaimResult]], defer_build=True):
    """A result for each claim, in the order of the list."""


class ClaimQuery(PageQuery, defer_build=True):
    """Filters of the list of claims; a claim must match all that are given. Both service dates are inclusive."""

    provider_npi: ProviderNpi | None = None
    subscriber_number: Identifier | None = None
    status: Annotated[ClaimStatus, Trimmed] | None = None
    service_date_from: QueryDay | None = None
    service_date_to: QueryDay | None = None

    @field_validator("service_date_to")
    @classmethod
    def _not_before_from(cls, last: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        first = info.data.get("service_date_from")
        if first and last and last < first:
            raise ValueError("must not be before service_date_from")
        return last


class ClaimList(BaseModel, defer_build=True):
    """A page of claims, newest date of service first. `nextCursor` is null only on the last page."""

    items: list[Claim]
    next_cursor: str | None = Field(alias="nextCursor")


class ClaimCountsQuery(QueryModel):
    """The day, in UTC, on which the claims were received."""

    day: QueryDay | None = Field(None, description="In UTC; without it, today.")


class StatusCount(BaseModel, defer_build=True):
    """How many of the claims have a status now, and the sum of their net fees."""

    status: ClaimStatus
    claims: int = Field(ge=0)
    net_fee: Dollars


class ClaimCounts(BaseModel, defer_build=True):
    """The claims that were received on a day (UTC): their number, by hour and by the status that they have now."""

    day: datetime.date
    claims: int = Field(ge=0)
    net_fee: Dollars
    is_complete: bool = Field(description="False if there are more claims than are counted: then these are the first.")
    hours: list[int] = Field(description="Claims received in each hour of the day, from 0 to 23 o'clock UTC.")
    statuses: list[StatusCount] = Field(description="A line for each status, in the order of a claim's life.")


class TopProvidersQuery(QueryModel):
    """The number of providers to list."""

    limit: int = Field(10, ge=1, le=MOST_TOP_PROVIDERS)


class TopProvider(BaseModel, defer_build=True):
    """A provider with the net fees of all its claims that are not void, and their number."""

    provider_npi: str
    total_net_fee: Dollars
    claims: int = Field(ge=0)


class TopProviders(RootModel[list[TopProvider]], defer_build=True):
    """Providers, the highest total first, then the lower NPI."""

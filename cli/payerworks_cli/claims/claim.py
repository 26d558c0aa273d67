"""What commands read of claims, and how they show it; a part of `payerworks run` too."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.errors import UnexpectedAnswer

PAGE = 100
COLUMNS = ("claim", "service date", "procedure", "provider NPI", "net fee ($)", "status")


class Claim(BaseModel):
    """A claim, without what tells of its member; other members are kept."""

    model_config = ConfigDict(extra="allow")

    id: str
    service_date: str
    submitted_procedure: str
    provider_npi: str
    net_fee: Decimal
    status: str
    warnings: list[Any] = []


def claim_of(value: Any) -> Claim:
    """A claim of an answer. Raises UnexpectedAnswer."""
    try:
        return Claim.model_validate(value)
    except ValidationError:
        raise UnexpectedAnswer("The service answered with something that is no claim.") from None


def claim_path(claim_id: str) -> str:
    """The path of a claim in the API."""
    return f"/claims/{quote(claim_id, safe='')}"


def list_claims(api: Api, limit: int, **filters: str | None) -> Iterator[Claim]:
    """Claims that fit all filters (those of GET /claims), newest date of service first, asked in pages of `limit`."""
    params = {name: value for name, value in filters.items() if value is not None}
    for item in api.items("/claims", params=params | {"limit": str(min(limit, PAGE))}):
        yield claim_of(item)


def rows(claims: Sequence[Claim]) -> list[tuple[str, ...]]:
    """Claims as rows of a table with COLUMNS."""
    return [
        (
            claim.id,
            claim.service_date,
            claim.submitted_procedure,
            claim.provider_npi,
            f"{claim.net_fee:,.2f}",
            claim.status,
        )
        for claim in claims
    ]

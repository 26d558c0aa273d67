"""A claim as commands read and show it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.shown_values import dollars
from payerworks_cli.terminal import Terminal

_COLUMNS = ("claim", "served", "procedure", "provider", "net fee", "status")

Status = Literal["received", "payment_requested", "processed", "failed", "payment_review", "void"]
ClaimId = Annotated[str, typer.Argument(metavar="ID", help="The claim's id.")]


class Claim(BaseModel, extra="allow"):
    """A claim without the fields that identify its member; other fields are kept."""

    id: str
    service_date: str
    submitted_procedure: str
    provider_npi: str
    net_fee: Decimal
    status: str
    warnings: list[Any] = []


def claim_path(claim_id: str) -> str:
    """The path of a claim in the API."""
    return f"/claims/{quote(claim_id, safe='')}"


def find_claims(api: Api, limit: int | None = None, **filters: str | None) -> Iterator[Claim]:
    """The claims that match all filters of GET /claims, `limit` at most, latest service date first."""
    return api.items("/claims", Claim, filters, limit)


def show_claims(claims: Sequence[Claim], terminal: Terminal) -> None:
    """The claims as a table."""
    rows = [
        (each.id, each.service_date, each.submitted_procedure, each.provider_npi, dollars(each.net_fee), each.status)
        for each in claims
    ]
    terminal.table(_COLUMNS, rows, spare=("procedure",))

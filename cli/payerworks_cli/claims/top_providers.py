"""GET /top-provider-npis as commands read and show it."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel

from payerworks_cli.api import Api, parse
from payerworks_cli.terminal import Terminal

PATH = "/top-provider-npis"


class ProviderTotal(BaseModel):
    """A provider with the total of its claims, in dollars, and their number."""

    provider_npi: str
    total_net_fee: Decimal
    claims: int


def read_top(api: Api, limit: int = 10) -> list[ProviderTotal]:
    """The providers with the highest totals, at most 100."""
    totals: list[ProviderTotal] = parse(
        list[ProviderTotal], api.ask("GET", PATH, params={"limit": limit}).json(), f"GET {PATH}"
    )
    return totals


def show_top(totals: Sequence[ProviderTotal], terminal: Terminal) -> None:
    """The totals as a table."""
    rows = [(total.provider_npi, f"{total.claims:,}", f"{total.total_net_fee:,.2f}") for total in totals]
    terminal.table(("provider NPI", "claims", "total net fee ($)"), rows)

"""GET /top-provider-npis, asked and shown; a part of `payerworks run` too."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, TypeAdapter, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.terminal import Terminal

PATH = "/top-provider-npis"


class ProviderTotal(BaseModel):
    """A provider with the total of its claims, in dollars, and their number."""

    provider_npi: str
    total_net_fee: Decimal
    claims: int


_TOTALS = TypeAdapter(list[ProviderTotal])


def ask_top(api: Api, limit: int = 10) -> list[ProviderTotal]:
    """The providers with the highest totals, at most 100. Raises UnexpectedAnswer."""
    try:
        return _TOTALS.validate_python(api.ask("GET", PATH, params={"limit": limit}).json())
    except ValidationError:
        raise UnexpectedAnswer(f"GET {PATH} is not a list of providers with totals and claims.") from None


def tell_top(totals: Sequence[ProviderTotal], terminal: Terminal) -> None:
    """The totals as a table."""
    rows = [(total.provider_npi, f"{total.claims:,}", f"{total.total_net_fee:,.2f}") for total in totals]
    terminal.table(("provider NPI", "claims", "total net fee ($)"), rows)

"""`payerworks claims top`: the providers with the highest total net fees."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import dollars
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal

PATH = "/top-provider-npis"


class ProviderTotal(BaseModel):
    """A provider with the total of its claims, in dollars, and their number."""

    provider_npi: str
    total_net_fee: Decimal
    claims: int


def read_top(api: Api, limit: int = 10) -> list[ProviderTotal]:
    """The providers with the highest totals, at most 100."""
    return api.ask("GET", PATH, params={"limit": limit}).parse(list[ProviderTotal])


def show_top(totals: Sequence[ProviderTotal], terminal: Terminal) -> None:
    """The totals as a table."""
    rows = [(total.provider_npi, f"{total.claims:,}", dollars(total.total_net_fee)) for total in totals]
    terminal.table(("provider NPI", "claims", "total net fee"), rows)


def top(
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many providers.")] = 10,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List the providers with the highest total net fees. The service allows ten calls a minute.

    Example: payerworks claims top --limit 3
    """
    with session(target, as_json=as_json) as (terminal, api):
        totals = read_top(api, limit)
        terminal.json({"items": [total.model_dump() for total in totals]})
        show_top(totals, terminal)

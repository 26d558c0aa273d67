"""`payerworks claims list`: the claims that match filters."""

from typing import Annotated

import typer

from payerworks_cli.claims.claim import Status, find_claims, show_claims
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by


def list_claims(
    provider: Annotated[str | None, typer.Option(metavar="NPI", help="Of this provider.")] = None,
    subscriber: Annotated[str | None, typer.Option(metavar="NUMBER", help="Of this subscriber.")] = None,
    status: Annotated[
        Status | None,
        typer.Option(metavar="STATUS", help="received, payment_requested, processed, failed, payment_review or void."),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Served on this day or later.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Served on this day or earlier.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List claims, the latest service date first.

    Example: payerworks claims list --provider 1497775530 --status processed --from 2026-01-01
    """
    filters = {
        "provider_npi": provider,
        "subscriber_number": subscriber,
        "status": status,
        "service_date_from": first,
        "service_date_to": last,
    }
    with session(target, as_json=as_json) as (terminal, api):
        claims = list(find_claims(api, limit + 1, **filters))
        shown, more = claims[:limit], len(claims) > limit
        terminal.json({"items": [claim.model_dump() for claim in shown], "more": more})
        show_claims(shown, terminal)
        terminal.line(f"{counted(len(shown), 'claim')}{more_by(10 * limit) if more else ''}")

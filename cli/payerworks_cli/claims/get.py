"""`payerworks claims get`: a claim as it is stored."""

from typing import Annotated

import typer

from payerworks_cli.claims.claim import claim_path
from payerworks_cli.session import AsJson, StackDir, session

ClaimId = Annotated[str, typer.Argument(metavar="ID", help="The claim's id.")]


def get(claim_id: ClaimId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show all of a claim."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = api.ask("GET", claim_path(claim_id))
        if as_json:
            print(answer.text)
            return
        claim = answer.json()
        terminal.line(f"Claim {claim.pop('id')}", style="bold")
        warnings = claim.pop("warnings", [])
        terminal.pairs(
            [(name.replace("_", " "), "–" if value is None else f"{value}") for name, value in claim.items()]
        )
        for warning in warnings:
            terminal.line(f"  warning: {warning['pointer']} {warning['message']}")

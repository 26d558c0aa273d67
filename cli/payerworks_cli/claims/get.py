"""`payerworks claims get`: a claim as it is stored."""

from payerworks_cli.api import Answer
from payerworks_cli.claims.claim import ClaimId, claim_path
from payerworks_cli.session import AsJson, StackDir, show_answer
from payerworks_cli.terminal import Terminal


def get(claim_id: ClaimId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show all fields of a claim."""
    show_answer("GET", claim_path(claim_id), _show, stack_dir, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    claim = answer.json()
    terminal.line(f"Claim {claim.pop('id')}", style="bold")
    warnings = claim.pop("warnings", [])
    terminal.pairs([(name.replace("_", " "), "–" if value is None else f"{value}") for name, value in claim.items()])
    for warning in warnings:
        terminal.line(f"  warning: {warning['pointer']} {warning['message']}")

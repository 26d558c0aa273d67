"""`payerworks claims get`: a claim as it is stored."""

from decimal import Decimal
from typing import Any

from payerworks_cli.api import Answer
from payerworks_cli.claims.claim import ClaimId, claim_path
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


def get(claim_id: ClaimId, *, target: Target, as_json: AsJson = False) -> None:
    """Show all fields of a claim.

    Example: payerworks claims get 0f1e2d3c
    """
    show_answer("GET", claim_path(claim_id), _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    claim = answer.json()
    terminal.line(f"Claim {claim.pop('id')}", style="bold")
    warnings = claim.pop("warnings", [])
    terminal.pairs([(name.replace("_", " "), _text(value)) for name, value in claim.items()])
    for warning in warnings:
        terminal.line(f"  warning: {warning['pointer']} {warning['message']}")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items() if each is not None)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "–" if value is None else f"{value}"

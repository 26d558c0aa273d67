"""`payerworks claims get`: a claim as it is stored."""

from typing import Any

from payerworks_cli.answer import Answer
from payerworks_cli.claims.claim import ClaimId, claim_path
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.shown_values import dollars, second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal

AMOUNTS = ("provider_fees", "allowed_fees", "member_coinsurance", "member_copay", "net_fee")


def get(claim_id: ClaimId, *, target: Target, as_json: AsJson = False) -> None:
    """Show all fields of a claim.

    Example: payerworks claims get 0f1e2d3c
    """
    show_answer("GET", claim_path(claim_id), _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    claim = answer.json()
    terminal.line(f"Claim {claim.pop('id')}", style="bold")
    warnings = claim.pop("warnings", [])
    terminal.pairs(
        [(name.replace("_", " ").replace("npi", "NPI"), _text(name, value)) for name, value in claim.items()]
    )
    for warning in warnings:
        terminal.line(f"  warning: {warning['pointer']} {warning['message']}")


def _text(name: str, value: Any) -> str:
    if name in AMOUNTS:
        return dollars(value)
    if name == "source":
        return _source(value)
    return "–" if value is None else second(value) if name == "created_at" else f"{value}"


def _source(source: dict[str, Any] | None) -> str:
    """Where a claim came from: a row of a file, or a request."""
    if source is None:
        return "–"
    if source["kind"] == "file":
        return f"line {source['line']} of {source['key']}, job {source['task_id']}"
    return f"{source['kind']} {source.get('request_id', '')}".rstrip()

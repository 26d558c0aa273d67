"""`payerworks claims void`: void a claim that was not paid."""

from payerworks_cli.answer import Answer
from payerworks_cli.claims.claim import Claim, ClaimId, claim_path
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.shown_values import dollars
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


def void(claim_id: ClaimId, *, target: Target, as_json: AsJson = False) -> None:
    """Void a claim: it stays readable, and its net fee leaves the totals. Voiding it again changes nothing.

    Example: payerworks claims void 0f1e2d3c
    """
    show_answer("POST", f"{claim_path(claim_id)}/void", _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    claim = answer.parse(Claim)
    terminal.line(
        f"Claim {claim.id} is {claim.status}; {dollars(claim.net_fee)} leave the total of {claim.provider_npi}"
    )

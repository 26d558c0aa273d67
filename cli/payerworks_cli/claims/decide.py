"""`payerworks claims decide`: end the review of a claim."""

from enum import StrEnum
from typing import Annotated

import typer

from payerworks_cli.claims.claim import ClaimId
from payerworks_cli.claims.payment import payment_path, show_payment
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target


class Decision(StrEnum):
    """How a review ends."""

    APPROVE = "approve"
    REFUSE = "refuse"


def decide(
    claim_id: ClaimId,
    decision: Annotated[Decision, typer.Argument(help="approve: it is paid; refuse: it fails.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the payment.")],
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """End the review of a claim in payment_review.

    Example: payerworks claims decide 0f1e2d3c refuse --note "paid by another payer"
    """
    body = {"decision": decision.value, "note": note}
    path = f"{payment_path(claim_id)}/decision"
    show_answer("POST", path, show_payment, target, as_json=as_json, json=body)

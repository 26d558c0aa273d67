"""`payerworks claims pay`: ask again for the payment of a claim."""

from payerworks_cli.claims.claim import ClaimId
from payerworks_cli.claims.payment import payment_path, show_payment
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target


def pay(claim_id: ClaimId, *, target: Target, as_json: AsJson = False) -> None:
    """Ask again for the payment of a claim that is received, failed or in review. It is still paid at most once.

    Example: payerworks claims pay 0f1e2d3c
    """
    path = f"{payment_path(claim_id)}/request"
    show_answer("POST", path, show_payment, target, as_json=as_json, expect=(202,))

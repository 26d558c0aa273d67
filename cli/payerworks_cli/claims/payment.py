"""`payerworks claims payment`: the payment of a claim, step by step."""

from decimal import Decimal

from pydantic import BaseModel, Field
from pydantic.alias_generators import to_camel

from payerworks_cli.answer import Answer
from payerworks_cli.claims.claim import ClaimId, claim_path
from payerworks_cli.session import AsJson, Step, show_answer, show_steps
from payerworks_cli.shown_values import dollars
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


class Payment(BaseModel, alias_generator=to_camel):
    """The payment of a claim; the amount in dollars."""

    claim_id: str
    status: str
    amount: Decimal
    review_reason: str | None = Field(None, alias="review_reason")
    steps: list[Step]


def payment(claim_id: ClaimId, *, target: Target, as_json: AsJson = False) -> None:
    """Show each step of a claim's payment.

    Example: payerworks claims payment 0f1e2d3c
    """
    show_answer("GET", payment_path(claim_id), show_payment, target, as_json=as_json)


def payment_path(claim_id: str) -> str:
    """The path of a claim's payment in the API."""
    return f"{claim_path(claim_id)}/payment"


def show_payment(answer: Answer, terminal: Terminal) -> None:
    """A payment with its steps."""
    payment = answer.parse(Payment)
    terminal.line(f"Claim {payment.claim_id}: {dollars(payment.amount)}, {payment.status}", style="bold")
    if payment.review_reason:
        terminal.pairs([("review", payment.review_reason)])
    if payment.steps:
        show_steps(payment.steps, terminal)
    else:
        terminal.line("No payment was begun.")

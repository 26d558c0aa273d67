"""`payerworks claims payment`: what was paid on a claim, step by step."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Answer, Api
from payerworks_cli.claims.claim import claim_path
from payerworks_cli.claims.get import ClaimId
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.session import AsJson, StackDir, session


class Step(BaseModel):
    """Something that happened to a payment, and when."""

    step: str
    at: str
    detail: str


class Payment(BaseModel):
    """The payment of a claim; the amount in dollars."""

    model_config = ConfigDict(alias_generator=to_camel)

    claim_id: str
    status: str
    amount: Decimal
    steps: list[Step]


def payment(claim_id: ClaimId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show each step of a claim's payment."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = ask_payment(api, claim_id)
        if as_json:
            print(answer.text)
            return
        found = payment_of(answer)
        terminal.line(f"Claim {found.claim_id}: ${found.amount:,.2f}, {found.status}", style="bold")
        if found.steps:
            terminal.table(("step", "at", "detail"), [(step.step, step.at, step.detail) for step in found.steps])
        else:
            terminal.line("No payment was begun.")


def ask_payment(api: Api, claim_id: str) -> Answer:
    """The answer about a claim's payment."""
    return api.ask("GET", f"{claim_path(claim_id)}/payment")


def payment_of(answer: Answer) -> Payment:
    """The payment that an answer tells of. Raises UnexpectedAnswer."""
    try:
        return Payment.model_validate(answer.json())
    except ValidationError:
        raise UnexpectedAnswer(f"{answer.request} was answered with something that is no payment.") from None

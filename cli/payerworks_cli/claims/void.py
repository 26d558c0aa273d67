"""`payerworks claims void`: take a claim out that was not paid."""

from payerworks_cli.claims.claim import claim_of, claim_path
from payerworks_cli.claims.get import ClaimId
from payerworks_cli.session import AsJson, StackDir, session


def void(claim_id: ClaimId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Make a claim void: it stays readable, its net fee leaves the totals. One that is void already stays so."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = api.ask("POST", f"{claim_path(claim_id)}/void")
        if as_json:
            print(answer.text)
            return
        claim = claim_of(answer.json())
        terminal.line(
            f"Claim {claim.id} is {claim.status}; ${claim.net_fee:,.2f} leave the total of {claim.provider_npi}"
        )

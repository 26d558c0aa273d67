"""Void the sample's claim whose payment was refused."""

import time
from decimal import Decimal

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, claim_path, find_claims
from payerworks_cli.claims.top import read_top
from payerworks_cli.run.sandbox_claims import VOIDED
from payerworks_cli.shown_values import dollars
from payerworks_cli.terminal import Say, Terminal
from payerworks_cli.timeouts import Timeouts

MAX_PROVIDERS = 100


def void_sample(api: Api, terminal: Terminal, timeouts: Timeouts) -> list[str]:
    """Void each failed claim of the sample's marked subscriber; the ids of those that were not void before."""
    with terminal.part("void") as say:
        claims = list(find_claims(api, subscriber_number=VOIDED))
        failed = [claim for claim in claims if claim.status == "failed"]
        for claim in failed:
            _void(api, claim, say, timeouts)
        for claim in claims:
            if claim.status == "void":
                say(f"claim {claim.id} is void already")
            elif claim.status != "failed":
                say(f"claim {claim.id} is {claim.status}, and stays so: only an unpaid one can be void")
    return [claim.id for claim in failed]


def _void(api: Api, claim: Claim, say: Say, timeouts: Timeouts) -> None:
    before = _total(api, claim.provider_npi)
    status = api.ask("POST", f"{claim_path(claim.id)}/void").parse(Claim).status
    after, began = before, time.monotonic()
    while before is not None and after == before and time.monotonic() - began < timeouts.totals_move:
        time.sleep(timeouts.totals)
        after = _total(api, claim.provider_npi)
    say(f"claim {claim.id} of {dollars(claim.net_fee)}, whose payment was refused, is {status}")
    if before is not None:
        say(f"the total of {claim.provider_npi} went from {_total_text(before)} to {_total_text(after)}")


def _total(api: Api, provider_npi: str) -> Decimal | None:
    """A provider's total; None if it is not among the top hundred."""
    totals = read_top(api, MAX_PROVIDERS)
    return next((total.total_net_fee for total in totals if total.provider_npi == provider_npi), None)


def _total_text(amount: Decimal | None) -> str:
    return "below the top hundred" if amount is None else dollars(amount)

"""Read back what was stored: a plan with its ETag and history, a claim, the top providers, the number of patients."""

import time
from dataclasses import dataclass

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, claim_path, find_claims
from payerworks_cli.claims.top import ProviderTotal, read_top, show_top
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.plans.history import changes
from payerworks_cli.run.store_plans import StoredPlan
from payerworks_cli.shown_values import dollars, second
from payerworks_cli.terminal import Say, Terminal, counted
from payerworks_cli.timeouts import Timeouts

MAX_CHANGES = 100
READS_OF_TOTALS = 4


@dataclass(frozen=True)
class ReadBack:
    """What the service answered."""

    etag: str | None
    claim: Claim | None
    top_providers: list[ProviderTotal]
    patients: int


def read_back(
    api: Api, plans: list[StoredPlan], new_claims: int, new_patients: int, terminal: Terminal, timeouts: Timeouts
) -> ReadBack:
    """Read a plan, a claim, the top providers and the number of patients.

    Totals and the index of patients follow the tables: after new claims this waits until the totals stop moving, and
    after new patients until the index has at least as many.
    """
    with terminal.part("read back") as say:
        etag = _revalidate(api, plans[0], say) if plans else None
        claim = _read_claim(api, say)
        patients = _patients(api, new_patients, timeouts)
        say(f"patients in the registry: {patients:,}")
        top = _top_providers(api, timeouts.totals, new_claims > 0)
        say(f"top providers by total net fee: {len(top)}" + ("" if top else " (no claim is stored)"))
    if top:
        show_top(top, terminal)
    return ReadBack(etag, claim, top, patients)


def read_history(api: Api, plan: StoredPlan, terminal: Terminal) -> int:
    """Report the newest change of a plan; the number of its changes, at most MAX_CHANGES."""
    with terminal.part("history") as say:
        recent = list(changes(api, plan.plan_id, MAX_CHANGES))
        if not recent:
            raise UnexpectedAnswer(f"The history of plan {plan.plan_id} is empty.")
        newest = recent[0]
        say(
            f"plan {plan.plan_id}: {counted(len(recent), 'change')}, the newest is version {newest.version}, "
            f"{newest.operation} {second(newest.at)} by {newest.by}"
        )
    return len(recent)


def _revalidate(api: Api, plan: StoredPlan, say: Say) -> str:
    etag = api.ask("GET", plan.path).headers.get("ETag")
    if not etag:
        raise UnexpectedAnswer(f"GET {plan.path} was answered without an ETag.")
    again = api.ask("GET", plan.path, expect=(200, 304), headers={"If-None-Match": etag})
    if again.status != 304 or again.text:
        raise UnexpectedAnswer(f"GET {plan.path} with its own ETag was answered {again.status}, not an empty 304.")
    say(f"plan {plan.plan_id}: 200 with ETag {etag}, then 304 with If-None-Match")
    return etag


def _read_claim(api: Api, say: Say) -> Claim | None:
    listed = next(find_claims(api, 1), None)
    if listed is None:
        return None
    claim = api.ask("GET", claim_path(listed.id)).parse(Claim)
    say(f"claim {claim.id}: net fee {dollars(claim.net_fee)}, {claim.status}")
    return claim


def _patients(api: Api, least: int, timeouts: Timeouts) -> int:
    total = 0

    def has_least() -> bool:
        nonlocal total
        total = int(api.ask("GET", "/patients", params={"page_size": 1}).member("total"))
        return total >= least

    timeouts.wait_until_indexed(
        has_least, lambda: f"GET /patients counted {total:,} of {least:,} new patients", api.deployment.logs()
    )
    return total


def _top_providers(api: Api, pause: float, totals_move: bool) -> list[ProviderTotal]:
    top = read_top(api)
    for _ in range(READS_OF_TOTALS - 1 if totals_move else 0):
        time.sleep(pause)
        before, top = top, read_top(api)
        if top and top == before:
            break
    return top

"""Read back what was stored: a plan with its ETag and history, a claim, the top providers, the number of patients."""

import time
from dataclasses import dataclass

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, claim_path, find_claims
from payerworks_cli.claims.top import ProviderTotal, read_top, show_top
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.plans.history import changes
from payerworks_cli.run.index_wait import wait_until
from payerworks_cli.run.store_plans import StoredPlan
from payerworks_cli.terminal import Part, Terminal, counted
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


@dataclass(frozen=True)
class RecentChanges:
    """What the run has just stored: whether any claims, and how many new patients."""

    claims: bool
    patients: int


def read_back(
    api: Api, plans: list[StoredPlan], recent: RecentChanges, terminal: Terminal, timeouts: Timeouts
) -> ReadBack:
    """Read a plan, a claim, the top providers and the number of patients.

    Totals and the index of patients follow the tables: after recent changes this waits until the totals stop moving and
    the index has at least the new patients.
    """
    with terminal.part("read back") as part:
        etag = _revalidate(api, plans[0], part) if plans else None
        claim = _read_claim(api, part)
        patients = _patients(api, recent.patients, timeouts)
        part.say(f"patients in the registry: {patients:,}")
        top = _top_providers(api, timeouts.totals, recent.claims)
        part.say(f"top providers by total net fee: {len(top)}" + ("" if top else " (no claim is stored)"))
    if top:
        show_top(top, terminal)
    return ReadBack(etag, claim, top, patients)


def read_history(api: Api, plan: StoredPlan, terminal: Terminal) -> int:
    """Report the newest change of a plan; the number of its changes, at most MAX_CHANGES."""
    with terminal.part("history") as part:
        recent = list(changes(api, plan.plan_id, MAX_CHANGES))
        if not recent:
            raise UnexpectedAnswer(f"The history of plan {plan.plan_id} is empty.")
        newest = recent[0]
        part.say(
            f"plan {plan.plan_id}: {counted(len(recent), 'change')}, the newest is version {newest.version}, "
            f"{newest.operation} {newest.at} by {newest.by}"
        )
    return len(recent)


def _revalidate(api: Api, plan: StoredPlan, part: Part) -> str:
    etag = api.ask("GET", plan.path).headers.get("ETag")
    if not etag:
        raise UnexpectedAnswer(f"GET {plan.path} was answered without an ETag.")
    again = api.ask("GET", plan.path, expect=(200, 304), headers={"If-None-Match": etag})
    if again.status != 304 or again.text:
        raise UnexpectedAnswer(f"GET {plan.path} with its own ETag was answered {again.status}, not an empty 304.")
    part.say(f"plan {plan.plan_id}: 200 with ETag {etag}, then 304 with If-None-Match")
    return etag


def _read_claim(api: Api, part: Part) -> Claim | None:
    listed = next(find_claims(api, 1), None)
    if listed is None:
        return None
    claim = api.ask("GET", claim_path(listed.id)).parse(Claim)
    part.say(f"claim {claim.id}: net fee ${claim.net_fee:,.2f}, {claim.status}")
    return claim


def _patients(api: Api, least: int, timeouts: Timeouts) -> int:
    total = 0

    def has_least() -> bool:
        nonlocal total
        total = int(api.ask("GET", "/patients", params={"page_size": 1}).member("total"))
        return total >= least

    wait_until(has_least, timeouts, lambda: f"GET /patients counted {total:,} of {least:,} new patients")
    return total


def _top_providers(api: Api, pause: float, totals_move: bool) -> list[ProviderTotal]:
    top = read_top(api)
    for _ in range(READS_OF_TOTALS - 1 if totals_move else 0):
        time.sleep(pause)
        before, top = top, read_top(api)
        if top and top == before:
            break
    return top

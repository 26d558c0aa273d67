"""Read back what was stored: a plan with its ETag, a claim, the top providers, how many patients."""

import time
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.claims.top_providers import ProviderTotal, ask_top, tell_top
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer
from payerworks_cli.plans.plan_history import MOST, changes
from payerworks_cli.run.store_plans import StoredPlan
from payerworks_cli.terminal import Part, Terminal, counted
from payerworks_cli.timeouts import Timeouts

LOOKS_AT_TOTALS = 4


class Claim(BaseModel):
    """What is shown of a claim: nothing of its member."""

    id: str
    net_fee: Decimal
    status: str


@dataclass(frozen=True)
class ReadBack:
    """What the service gave back."""

    etag: str | None
    claim: Claim | None
    top_providers: list[ProviderTotal]
    patients: int


def read_back(
    api: Api,
    plans: list[StoredPlan],
    claim_id: str | None,
    totals_move: bool,
    created: int,
    terminal: Terminal,
    timeouts: Timeouts,
) -> ReadBack:
    """Read a plan, a claim, the top providers and the number of patients.

    `totals_move` says that claims were just stored: totals follow by themselves, so they are read until they rest.
    So does the index of patients, which is waited for until it has as many as were just `created`.
    """
    with terminal.part("read back") as part:
        etag = _revalidate(api, plans[0], part) if plans else None
        claim = _claim(api, claim_id, part) if claim_id else None
        patients = _patients(api, created, timeouts)
        part.say(f"patients in the registry: {patients:,}")
        top = _top_providers(api, timeouts.totals, totals_move)
        part.say(f"top providers by total net fee: {len(top)}" + ("" if top else " (no claim is stored)"))
    if top:
        tell_top(top, terminal)
    return ReadBack(etag, claim, top, patients)


def _revalidate(api: Api, plan: StoredPlan, part: Part) -> str:
    etag = api.ask("GET", plan.path).headers.get("ETag")
    if not etag:
        raise UnexpectedAnswer(f"GET {plan.path} was answered without an ETag.")
    again = api.ask("GET", plan.path, expect=(200, 304), headers={"If-None-Match": etag})
    if again.status != 304 or again.text:
        raise UnexpectedAnswer(f"GET {plan.path} with its own ETag was answered {again.status}, not an empty 304.")
    part.say(f"plan {plan.plan_id}: 200 with ETag {etag}, then 304 with If-None-Match")
    return etag


def _patients(api: Api, least: int, timeouts: Timeouts) -> int:
    began = time.monotonic()
    while (found := int(api.ask("GET", "/patients", params={"page_size": 1}).member("total"))) < least:
        if time.monotonic() - began > timeouts.indexed:
            raise TookTooLong(
                f"GET /patients counted {found:,} of {least:,} new patients within {timeouts.indexed:.0f} s; "
                "the search index follows the table: `make logs`."
            )
        time.sleep(timeouts.look)
    return found


def _claim(api: Api, claim_id: str, part: Part) -> Claim:
    try:
        claim = Claim.model_validate(api.ask("GET", f"/claims/{claim_id}").json())
    except ValidationError:
        raise UnexpectedAnswer(f"GET /claims/{claim_id} came without an id, a net_fee or a status.") from None
    part.say(f"claim {claim.id}: net fee ${claim.net_fee:,.2f}, {claim.status}")
    return claim


def _top_providers(api: Api, pause: float, totals_move: bool) -> list[ProviderTotal]:
    top = ask_top(api)
    for _ in range(LOOKS_AT_TOTALS - 1 if totals_move else 0):
        time.sleep(pause)
        before, top = top, ask_top(api)
        if top and top == before:
            break
    return top


def show_history(api: Api, plan: StoredPlan, terminal: Terminal) -> int:
    """Tell the newest change of a plan and how many there are in all (of many, 100); returns how many."""
    with terminal.part("history") as part:
        found = [change for change, _ in zip(changes(api, plan.plan_id), range(MOST), strict=False)]
        if not found:
            raise UnexpectedAnswer(f"The history of plan {plan.plan_id} is empty.")
        newest = found[0]
        part.say(
            f"plan {plan.plan_id}: {counted(len(found), 'change')}, the newest is version {newest.version}, "
            f"{newest.operation} {newest.at} by {newest.by}"
        )
    return len(found)

"""`payerworks search drift`: compare the index with the table, and repair it if asked."""

import time
from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong
from payerworks_cli.search.index import Index, IndexOption
from payerworks_cli.search.index_job import Job, run_job
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import Terminal, counted
from payerworks_cli.timeouts import Timeouts

PATH = "/admin/search/drift"
NAMED = 10
"""Ids that a row names."""


class Finding(BaseModel):
    """Plans or patients of one kind of difference: how many, and the ids of some."""

    count: int = 0
    ids: list[str] = []


class Drift(Job):
    """An answer of /admin/search/drift."""

    checked: int = 0
    missing: Finding = Finding()
    stale: Finding = Finding()
    orphaned: Finding = Finding()

    @property
    def findings(self) -> dict[str, Finding]:
        return {"missing": self.missing, "stale": self.stale, "orphaned": self.orphaned}

    @property
    def count(self) -> int:
        return sum(finding.count for finding in self.findings.values())


def drift(
    repair: Annotated[bool, typer.Option("--repair", help="Index again what is missing, stale or orphaned.")] = False,
    index: IndexOption = Index.PLANS,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what the index has not, has in an old version, or has although the table has it no longer."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        found = _check(api, Timeouts(), index, repair=repair)
        if as_json:
            terminal.json(found.model_dump(by_alias=True))
            return
        rows = [(kind, f"{finding.count:,}", _named(finding)) for kind, finding in found.findings.items()]
        terminal.table(("difference", index.value, "ids"), rows)
        repaired = " and set right" if repair and found.count else ""
        checked = counted(found.checked, index.noun)
        terminal.line(f"{checked} checked, {counted(found.count, 'difference')} found{repaired}")


def check_drift(api: Api, terminal: Terminal, timeouts: Timeouts) -> int:
    """Check until the index is as the table is; how many plans were checked. Raises TookTooLong when it never is."""
    with terminal.part("drift") as part:
        began = time.monotonic()
        while (found := _check(api, timeouts)).count:
            if time.monotonic() - began > timeouts.indexed:
                told = ", ".join(f"{finding.count:,} {kind}" for kind, finding in found.findings.items())
                raise TookTooLong(f"The index differs from the table ({told}); `payerworks search drift --repair`.")
            time.sleep(timeouts.look)
        part.say(f"{counted(found.checked, 'plan')} checked: none missing, stale or orphaned in the index")
    return found.checked


def _check(api: Api, timeouts: Timeouts, index: Index = Index.PLANS, *, repair: bool = False) -> Drift:
    options = {"repair": "true"} if repair else {}
    return run_job(api, PATH, Drift, lambda _: None, timeouts, index.query, **options)


def _named(finding: Finding) -> str:
    return ", ".join(finding.ids[:NAMED]) + (", …" if finding.count > NAMED else "")

"""`payerworks search drift`: compare the index with the table, and repair it if asked."""

from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.search.index_job import Index, IndexJob, IndexOption, run_job
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted
from payerworks_cli.timeouts import Timeouts

PATH = "/admin/search/drift"
SHOWN_IDS = 10


class Finding(BaseModel):
    """The plans or patients with one kind of difference: their number, and the ids of some."""

    count: int = 0
    ids: list[str] = []


class DriftCheck(IndexJob):
    """An answer of /admin/search/drift."""

    checked: int = 0
    missing: Finding = Finding()
    stale: Finding = Finding()
    orphaned: Finding = Finding()
    refused: Finding = Finding()

    @property
    def findings(self) -> dict[str, Finding]:
        """The differences, by their kind; what OpenSearch refused is none, as a repair cannot change it."""
        return {"missing": self.missing, "stale": self.stale, "orphaned": self.orphaned}

    @property
    def count(self) -> int:
        return sum(finding.count for finding in self.findings.values())


def drift(
    repair: Annotated[bool, typer.Option("--repair", help="Index again what is missing, stale or orphaned.")] = False,
    index: IndexOption = Index.PLANS,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show entries that the index lacks, holds in an old version, or holds although the table has deleted them.

    Example: payerworks search drift --repair
    """
    with session(target, as_json=as_json) as (terminal, api):
        check = run_drift_check(api, Timeouts(), index, repair=repair)
        terminal.json(check.model_dump(by_alias=True))
        shown = check.findings | {"refused": check.refused}
        rows = [(kind, f"{finding.count:,}", _ids(finding)) for kind, finding in shown.items()]
        terminal.table(("difference", index.value, "ids"), rows, texts=("ids",))
        repaired = " and set right" if repair and check.count else ""
        checked = counted(check.checked, index.noun)
        terminal.line(f"{checked} checked, {counted(check.count, 'difference')} found{repaired}")


def run_drift_check(api: Api, timeouts: Timeouts, index: Index = Index.PLANS, *, repair: bool = False) -> DriftCheck:
    """Run a drift check to its end."""
    options = {"repair": "true"} if repair else {}
    return run_job(api, PATH, index, DriftCheck, lambda _: None, timeouts, **options)


def _ids(finding: Finding) -> str:
    return ", ".join(finding.ids[:SHOWN_IDS]) + (", …" if finding.count > SHOWN_IDS else "")

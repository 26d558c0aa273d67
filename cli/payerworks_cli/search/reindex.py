"""`payerworks search reindex`: rebuild the index of plans, or of patients, from the table."""

from payerworks_cli.search.drift import Finding
from payerworks_cli.search.index_job import Index, IndexJob, IndexOption, run_job
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Bars, counted
from payerworks_cli.timeouts import Timeouts

PATH = "/admin/search/reindex"


class Reindex(IndexJob):
    """An answer of /admin/search/reindex; `total` is the number of plans in the table, once it is known."""

    plans: int = 0
    patients: int = 0
    documents: int = 0
    refused: Finding = Finding()
    total: int | None = None

    @property
    def entries(self) -> int:
        """One of the two is 0."""
        return self.plans + self.patients


def reindex(index: IndexOption = Index.PLANS, *, target: Target, as_json: AsJson = False) -> None:
    """Build a new index from the table and switch over to it, while writes and searches go on.

    Example: payerworks search reindex --index patients
    """
    with session(target, as_json=as_json) as (terminal, api):
        with terminal.bars() as bars:
            done = run_job(api, PATH, index, Reindex, lambda job: _show(job, index, bars), Timeouts())
        terminal.json(done.model_dump(by_alias=True))
        refused = f", {done.refused.count:,} of them refused in part" if done.refused.count else ""
        entries = f"{counted(done.entries, index.noun)} indexed anew{refused}"
        terminal.line(f"{entries}, {counted(done.documents, 'document')}")


def _show(job: Reindex, index: Index, bars: Bars) -> None:
    percent = 100 if job.status == "completed" else 100 * job.entries / job.total if job.total else 0
    bars.show("reindex", percent, f"{counted(job.entries, index.noun)}, {counted(job.documents, 'document')}")

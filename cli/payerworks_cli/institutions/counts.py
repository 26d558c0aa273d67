"""`payerworks institutions counts`: how many institutions there are by type and region."""

from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.institutions.institution import INSTITUTION
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal, counted


class InstitutionCount(BaseModel):
    """How many institutions of a type a region has."""

    institution_type: str
    region: str | None
    count: int


class InstitutionCounts(BaseModel):
    """An answer of GET /api/v1/institutions/counts."""

    total: int
    items: list[InstitutionCount]


def counts(*, target: Target, as_json: AsJson = False) -> None:
    """Show how many institutions there are by type and region.

    Example: payerworks institutions counts
    """
    show_answer("GET", f"{INSTITUTION.path}/counts", _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    counts = answer.parse(InstitutionCounts)
    rows = [(each.institution_type, each.region or "–", f"{each.count:,}") for each in counts.items]
    terminal.table(("type", "region", "institutions"), rows, texts=("region",))
    terminal.line(counted(counts.total, "institution"))

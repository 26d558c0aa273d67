"""`payerworks audit list`: who read and wrote patient data."""

from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted

PATH = "/admin/audit"

From = Annotated[str | None, typer.Option("--from", metavar="DAY", help="The first day (UTC), such as 2026-11-29.")]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="The last day.")]


class Entry(BaseModel, extra="allow"):
    """An entry of the ledger; other members are kept."""

    at: str
    user: str
    user_type: str
    operation: str
    subjects: list[str]
    subject_count: int
    outcome: int | None
    reason: str
    day: str
    number: int


def list_entries(
    patient: Annotated[
        str | None, typer.Option(help="A patient's id in the directory or the registry, or a subscriber number.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="The id of a user or a machine.")] = None,
    operation: Annotated[str | None, typer.Option(help="An operation, such as get_patient_record.")] = None,
    first: From = None,
    last: To = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List who read and wrote patient data, the latest first.

    Example: payerworks audit list --patient 0f1e2d3c --from 2026-11-01
    """
    filters = {"patient": patient, "user": user, "operation": operation, "from": first, "to": last}
    with session(target, as_json=as_json) as (terminal, api):
        entries = list(api.items(PATH, Entry, filters, limit))
        terminal.json({"items": [entry.model_dump() for entry in entries]})
        columns = ("at", "entry", "by", "user", "operation", "outcome", "data of", "reason")
        terminal.table(columns, [_row(entry) for entry in entries], texts=("data of", "reason"))
        terminal.line(counted(len(entries), "entry", "entries"))


def _row(entry: Entry) -> tuple[str, ...]:
    more = entry.subject_count - len(entry.subjects[:3])
    whose = ", ".join(entry.subjects[:3]) + (f" and {more:,} more" if more else "")
    outcome = "unknown" if entry.outcome is None else str(entry.outcome)
    place = f"{entry.day} {entry.number:,}"
    return (
        second(entry.at),
        place,
        entry.user_type,
        entry.user,
        entry.operation,
        outcome,
        whose or "–",
        entry.reason or "–",
    )

"""The changes of a person, newest first."""

from pydantic import BaseModel, Field

from payerworks_cli.people.kind import Kind
from payerworks_cli.session import session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target


class PersonChange(BaseModel, extra="allow"):
    """An entry of a person's history."""

    version: int
    operation: str
    at: str
    by: str
    request_id: str = Field(alias="requestId")
    changed: list[str]
    reason: str = ""


def show_history(kind: Kind, person_id: str, limit: int, target: Target, *, as_json: bool) -> None:
    """Show the changes of a person, also of a deleted one, `limit` at most."""
    with session(target, as_json=as_json) as (terminal, api):
        changes = list(api.items(f"{kind.path_of(person_id)}/history", PersonChange, {}, limit))
        terminal.json({"items": [change.model_dump(by_alias=True) for change in changes]})
        terminal.line(f"{kind.noun.capitalize()} {person_id}", style="bold")
        rows = [
            (each.operation, f"{each.version}", second(each.at), each.by, ", ".join(each.changed), each.reason or "–")
            for each in changes
        ]
        columns = ("operation", "version", "at", "by", "changed", "reason")
        terminal.table(columns, rows, texts=("changed", "reason"), spare=("by", "reason"))

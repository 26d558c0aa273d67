"""`payerworks audit verify`: check that nobody changed, removed or moved an entry of the ledger."""

from typing import Any

import typer
from pydantic import BaseModel, Field

from payerworks_cli.api import Api
from payerworks_cli.audit.list_entries import PATH, From, To
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal, counted

FAULTY = 1
"""The exit code if there is a fault."""
_MEANINGS = {
    "changed": "a byte of it was changed",
    "missing": "it is not there",
    "swapped": "it is not in its place",
    "unlinked": "it does not follow the entry before it",
    "different": "table and files have different entries there",
}


class LedgerFault(BaseModel):
    """The first fault of its kind in the table or the files."""

    kind: str
    store: str
    day: str
    number: int


class Verification(BaseModel):
    """A part of the ledger was verified."""

    day: str | None
    entries: int
    faults: list[LedgerFault]
    next_cursor: str | None = Field(alias="nextCursor")


def verify(first: From = None, last: To = None, *, target: Target, as_json: AsJson = False) -> None:
    """Verify the ledger, in the table and in the files: every entry there, unchanged and in its place.

    Example: payerworks audit verify --from 2026-11-01
    """
    with session(target, as_json=as_json) as (terminal, api):
        entries, days, faults = _verify(api, terminal, {"from": first, "to": last})
        terminal.json({"entries": entries, "faults": [fault.model_dump() for fault in faults]})
        for fault in faults:
            what = _MEANINGS.get(fault.kind, fault.kind)
            terminal.line(f"{fault.kind}: {fault.store}, {fault.day}, entry {fault.number:,}: {what}", style="red")
        whole = "the first faults of their kind are above" if faults else "all unchanged and in their places"
        terminal.line(f"{counted(entries, 'entry', 'entries')} of {counted(days, 'day')}: {whole}")
    if faults:
        raise typer.Exit(FAULTY)


def _verify(api: Api, terminal: Terminal, filters: dict[str, str | None]) -> tuple[int, int, list[LedgerFault]]:
    """The number of entries and days, and the first fault of each kind and store."""
    params: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    entries, days = 0, set()
    first: dict[tuple[str, str], LedgerFault] = {}
    while True:
        part = api.ask("GET", f"{PATH}/verify", params=params).parse(Verification)
        entries += part.entries
        days |= {part.day} if part.day else set()
        for fault in part.faults:
            first.setdefault((fault.kind, fault.store), fault)
        if part.next_cursor is None:
            return entries, len(days), list(first.values())
        params["cursor"] = part.next_cursor

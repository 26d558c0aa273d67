"""Conditions, medications, allergies and illnesses in the family, as commands read, show and change them."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.patients.patient import PATIENT
from payerworks_cli.terminal import Terminal

EntryKind = Literal["conditions", "medications", "allergies", "family-history"]
CodeSystem = Literal["ICD-10-CM", "RxNorm", "SNOMED"]
KindOfEntry = Annotated[
    EntryKind, typer.Argument(metavar="KIND", help="conditions, medications, allergies or family-history.")
]
EntryId = Annotated[str, typer.Argument(metavar="ENTRY", help="The entry's id, as the command `entries` shows it.")]


class EntryMembers(TypedDict):
    """The options of an entry's members."""

    name: Annotated[str | None, typer.Option(help="What it is.")]
    code_system: Annotated[
        CodeSystem | None, typer.Option(metavar="SYSTEM", help="ICD-10-CM, RxNorm or SNOMED; needs a code.")
    ]
    code: Annotated[str | None, typer.Option(help="Its code in that system.")]
    since: Annotated[str | None, typer.Option(metavar="DAY", help="When it began.")]
    until: Annotated[str | None, typer.Option(metavar="DAY", help="When it ended.")]


class Entry(BaseModel, extra="allow"):
    """An entry; other members are kept."""

    id: str
    name: str
    code_system: str | None = None
    code: str | None = None
    since: str | None = None
    until: str | None = None


def entries_path(patient_id: str, kind: EntryKind) -> str:
    """The path of a patient's entries of a kind."""
    return f"{PATIENT.path_of(patient_id)}/{kind}"


def entry_path(patient_id: str, kind: EntryKind, entry_id: str) -> str:
    """The path of an entry."""
    return f"{entries_path(patient_id, kind)}/{quote(entry_id, safe='')}"


def show_entries(entries: Sequence[Entry], terminal: Terminal) -> None:
    """The entries as a table."""
    rows = [
        (
            each.id,
            each.name,
            f"{each.code_system} {each.code}" if each.code else "–",
            each.since or "–",
            each.until or "–",
        )
        for each in entries
    ]
    columns = ("entry", "name", "code", "since", "until")
    terminal.table(columns, rows, texts=("name",), spare=("code", "since"))


def show_entry(answer: Answer, terminal: Terminal) -> None:
    """The entry in an answer, and its ETag."""
    show_entries([answer.parse(Entry)], terminal)
    terminal.pairs([("ETag", answer.headers.get("ETag", "none"))])

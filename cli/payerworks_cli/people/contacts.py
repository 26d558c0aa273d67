"""The e-mails, phones and addresses of a person."""

from pathlib import Path
from typing import Annotated, Any

import typer

from payerworks_cli.answer import Answer
from payerworks_cli.headers import if_match_header
from payerworks_cli.local_files import names_lines, read_json
from payerworks_cli.people.kind import Kind
from payerworks_cli.people.person import advising_etag
from payerworks_cli.session import session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal

SetContacts = Annotated[
    Path | None,
    typer.Option(
        "--set",
        metavar="FILE",
        help="Replace the lists that this JSON file has (emails, phones, addresses); - reads standard input.",
    ),
]


def show_contacts(
    kind: Kind, person_id: str, file: Path | None, target: Target, *, if_match: str | None, as_json: bool
) -> None:
    """Show the contacts of a person, after those lists were replaced that a file has."""
    path = f"{kind.path_of(person_id)}/contacts"
    with session(target, as_json=as_json) as (terminal, api):
        if file is None:
            answer = api.ask("GET", path)
        else:
            sent = read_json(file)
            headers = {"Content-Type": "application/json"} | if_match_header(if_match)
            with names_lines(sent), advising_etag(kind, person_id, terminal):
                answer = api.ask("PUT", path, content=sent.content, headers=headers)
        if as_json:
            print(answer.text)
            return
        terminal.line(f"{kind.noun.capitalize()} {person_id}", style="bold")
        _show(answer, terminal)


def _show(answer: Answer, terminal: Terminal) -> None:
    contacts = answer.json()
    rows = [
        (
            _text(record),
            record["type"],
            "primary" if record["is_primary"] else "–",
            "yes" if record["is_verified"] else "no",
            record["id"],
        )
        for records in contacts.values()
        for record in records
    ]
    columns = ("contact", "type", "primary", "verified", "record")
    terminal.table(columns, rows, texts=("contact",), spare=("record",))
    terminal.pairs([("ETag", answer.headers.get("ETag", "none"))])


def _text(record: dict[str, Any]) -> str:
    if "lines" not in record:
        return str(record.get("email_address") or record.get("number"))
    place = (record["city"], record.get("region"), record.get("postal_code"), record["country"])
    return ", ".join([*record["lines"], *(text for text in place if text)])

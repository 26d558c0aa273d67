"""Read and show a person of the directory."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.errors import BadOption, advising
from payerworks_cli.people.kind import Kind
from payerworks_cli.session import show_answer
from payerworks_cli.shown_values import dollars, second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


def get_person(kind: Kind, person_id: str, target: Target, *, as_json: bool) -> None:
    """Show a person. One that is not there may be a deleted one, which has a history."""

    def history(api: Api, terminal: Terminal) -> str:
        changes = api.items(f"{kind.path_of(person_id)}/history", dict[str, Any], limit=1, expect=(200, 403, 404))
        look = terminal.command(f"{kind.group} history {shlex.quote(person_id)}")
        return f"It was deleted: `{look}` shows its changes." if any(changes) else ""

    def show(answer: Answer, terminal: Terminal) -> None:
        show_person(kind, answer, terminal)

    show_answer("GET", kind.path_of(person_id), show, target, as_json=as_json, if_missing=history)


def show_person(kind: Kind, answer: Answer, terminal: Terminal) -> None:
    """All members of the person in an answer, and the ETag."""
    person = answer.json()
    if "id" not in person:
        raise BadOption(f"No {kind.noun} has this id: it is a word of the API's paths.")
    terminal.line(f"{kind.noun.capitalize()} {person.pop('id')}", style="bold")
    terminal.pairs([*_pairs(person), ("ETag", answer.headers.get("ETag", "none"))])


def _pairs(members: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _pairs(value)
        else:
            yield name.replace("_", " ").replace("mrn", "MRN").replace("email", "e-mail"), _text(name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "consultation_fee":
        return dollars(value)
    return second(value) if name.endswith("_at") else f"{value}"


@contextmanager
def advising_etag(kind: Kind, person_id: str, terminal: Terminal) -> Iterator[None]:
    """A write within that is refused for its ETag, or for want of one, says which command shows the person's."""
    look = terminal.command(f"{kind.group} get {shlex.quote(person_id)}")
    with advising(412, 428, advice=lambda: f"`{look}` shows the {kind.noun} and its ETag, which --if-match takes."):
        yield

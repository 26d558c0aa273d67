"""Delete a person, and undo it."""

import shlex

from payerworks_cli.headers import if_match_header, key_header
from payerworks_cli.people.kind import Kind
from payerworks_cli.people.person import advising_etag, show_person
from payerworks_cli.session import session
from payerworks_cli.target import Target


def delete_person(kind: Kind, person_id: str, target: Target, *, if_match: str | None, as_json: bool) -> None:
    """Delete a person: all sessions of its user end."""
    with session(target, as_json=as_json) as (terminal, api):
        with advising_etag(kind, person_id, terminal):
            api.ask("DELETE", kind.path_of(person_id), expect=(204,), headers=if_match_header(if_match))
        terminal.json({"ok": True})
        undo = terminal.command(f"{kind.group} restore {shlex.quote(person_id)}")
        terminal.line(f"{kind.noun.capitalize()} {person_id} is deleted, and logged out everywhere; `{undo}` undoes it")


def restore_person(kind: Kind, person_id: str, target: Target, *, if_match: str | None, as_json: bool) -> None:
    """Undo the deletion of a person, whose user can log in again."""
    with session(target, as_json=as_json) as (terminal, api):
        headers = key_header() | if_match_header(if_match)
        with advising_etag(kind, person_id, terminal):
            answer = api.ask("POST", f"{kind.path_of(person_id)}/restore", headers=headers)
        if as_json:
            print(answer.text)
        else:
            show_person(kind, answer, terminal)

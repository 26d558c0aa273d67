"""Change members of a person."""

import json
from collections.abc import Sequence

from payerworks_cli.headers import if_match_header
from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import Members, changes_of, naming_options
from payerworks_cli.people.parts import changes_parts, merged_parts
from payerworks_cli.people.person import advising_etag, show_person
from payerworks_cli.session import session
from payerworks_cli.target import Target


def update_person(
    kind: Kind,
    person_id: str,
    members: Members,
    clear: Sequence[str] | None,
    target: Target,
    *,
    if_match: str | None,
    as_json: bool,
) -> None:
    """Change the members that are given, and take away those in `clear`; all others stay."""
    with session(target, as_json=as_json) as (terminal, api):
        changes = changes_of(kind.members, members, clear)
        path, stored = kind.path_of(person_id), {}
        if changes_parts(kind, changes):
            before = api.ask("GET", path)
            stored, if_match = json.loads(before.text), if_match or before.headers.get("ETag")
        with naming_options(kind.members), advising_etag(kind, person_id, terminal):
            body = merged_parts(kind, changes, stored)
            answer = api.ask("PUT", path, json=body, headers=if_match_header(if_match))
        if as_json:
            print(answer.text)
        else:
            show_person(kind, answer, terminal)

"""List people of a kind."""

from collections.abc import Mapping
from typing import Annotated

import typer

from payerworks_cli.people.kind import Kind
from payerworks_cli.session import session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by

Filter = str | bool | None
Deleted = Annotated[bool, typer.Option("--deleted", help="The deleted ones instead of the others.")]
Limit = Annotated[int, typer.Option(min=1, help="How many to show.")]
LastName = Annotated[str | None, typer.Option(help="Last names that begin so, in any case.")]
FirstName = Annotated[str | None, typer.Option(help="First names that begin so, in any case.")]


def list_people(
    kind: Kind, filters: Mapping[str, Filter], limit: int, target: Target, *, as_json: bool, path: str = ""
) -> None:
    """Show the people for whom all filters hold that are not None, by name; `path` is that of another list of them."""
    texts = {name: _text(value) for name, value in filters.items()}
    with session(target, as_json=as_json) as (terminal, api):
        people = list(api.items(path or kind.path, kind.person, texts, limit + 1))
        shown, more = people[:limit], len(people) > limit
        terminal.json({"items": [person.model_dump() for person in shown], "more": more})
        terminal.table(kind.columns, [kind.row(person) for person in shown], texts=kind.texts, spare=kind.spare)
        terminal.line(f"{counted(len(shown), kind.noun)}{more_by(10 * limit) if more else ''}")


def _text(value: Filter) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value

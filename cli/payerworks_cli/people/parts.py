"""Members that are objects, such as a health profile: a change of a part of one replaces it as a whole."""

from typing import Any

from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import Members


def in_parts(kind: Kind, members: Members) -> dict[str, Any]:
    """The members as the API takes them: those of an object in that object."""
    body = {name: value for name, value in members.items() if name not in _inner(kind)}
    for part, names in kind.parts.items():
        if inner := {name: members[name] for name in names if name in members}:
            body[part] = inner
    return body


def changes_parts(kind: Kind, members: Members) -> bool:
    """Whether there is a change of a part, which needs the rest of it."""
    return not _inner(kind).isdisjoint(members)


def merged_parts(kind: Kind, members: Members, stored: dict[str, Any]) -> dict[str, Any]:
    """The same as `in_parts`, each object with what it had before; null takes a member of it away."""
    body = in_parts(kind, members)
    for part in kind.parts.keys() & body.keys():
        if body[part] is not None:
            both = (stored.get(part) or {}) | body[part]
            body[part] = {name: value for name, value in both.items() if value is not None}
    return body


def _inner(kind: Kind) -> set[str]:
    return {name for names in kind.parts.values() for name in names}

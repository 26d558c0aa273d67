"""The kinds of people in the directory: one `Kind` each, in its group's folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel


@dataclass(frozen=True)
class Kind:
    """What commands know of a kind of people.

    noun      such as "doctor"; paths and groups of commands have its plural
    members   a class whose annotations are the options of a person's members
    parts     members that are objects, with the options that are members of these
    person    an entry of a list
    columns   of a table of people; row makes the cells of one
    """

    noun: str
    members: type
    person: type[BaseModel]
    columns: tuple[str, ...]
    row: Callable[[Any], tuple[str, ...]]
    texts: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The group of its commands."""
        return f"{self.noun}s"

    @property
    def path(self) -> str:
        """The path of its list in the API."""
        return f"/api/v1/{self.noun}s"

    def path_of(self, person_id: str) -> str:
        """The path of a person."""
        return f"{self.path}/{quote(person_id, safe='')}"

"""Answers about the health of the API and its servers."""

from typing import Literal

from pydantic import BaseModel


class Dependency(BaseModel):
    """A server that the API stands on; `off` where the stack was given none. Latency in milliseconds."""

    status: Literal["up", "down", "off"]
    latency_ms: float | None = None


class SearchState(BaseModel):
    """How far the index is behind the table; null where it is not known.

    `lag_ms`: from the commit of the change that was indexed last until it was searchable at the latest; `waiting`: how
    many changes are still to be indexed.
    """

    lag_ms: int | None
    waiting: int | None


class Health(BaseModel):
    """`down` where any dependency is."""

    status: Literal["up", "down"]
    dependencies: dict[str, Dependency]
    search: SearchState


class Liveness(BaseModel):
    """The API itself answers."""

    status: Literal["up"]

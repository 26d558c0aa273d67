"""Models of the health answers."""

from typing import Literal

from pydantic import BaseModel


class Dependency(BaseModel):
    """A server that the API depends on; `off` if the stack has none."""

    status: Literal["up", "down", "off"]
    latency_ms: float | None = None


class SearchState(BaseModel):
    """The lag of the plan index behind the table; null if unknown.

    `lag_ms`: upper bound of the time from the commit of the most recently indexed change until it was searchable;
    `waiting`: number of changes still to be indexed, including dead letters.
    """

    lag_ms: int | None
    waiting: int | None


class Health(BaseModel):
    """`down` if any dependency is down."""

    status: Literal["up", "down"]
    dependencies: dict[str, Dependency]
    search: SearchState


class Liveness(BaseModel):
    """The API answers."""

    status: Literal["up"]

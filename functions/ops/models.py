"""What operators are told: health, and the form of every error."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


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


class Place(BaseModel):
    """One thing that is wrong in an input: where (a JSON pointer, RFC 6901) and what."""

    pointer: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457); `requestId` finds it in the logs, `errors` lists every fault of a bad input."""

    type: str = Field(examples=["urn:payerworks:problem:bad-input"])
    title: str
    status: int
    detail: str
    request_id: str = Field(alias="requestId")
    errors: list[Place] = []


class ApiDescription(BaseModel):
    """A description of an API (OpenAPI 3.1)."""

    model_config = ConfigDict(extra="allow")

    openapi: str

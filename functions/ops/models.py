"""What operators ask and are told: health, queues, and the form of every error."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payerworks.validation import QueryModel


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


class QueueState(BaseModel):
    """A queue; all numbers are approximate. `dead`: messages that failed as often as they are tried.

    With `advice`, only a stream or a schedule sends to these dead letters: they cannot be redriven, it says what to do,
    and the other numbers are null.
    """

    name: str = Field(examples=["claim-totals"])
    waiting: int | None
    in_flight: int | None = Field(alias="inFlight")
    delayed: int | None
    dead: int
    advice: str | None


class QueueList(BaseModel):
    """All queues, in the order of their names."""

    items: list[QueueState]
    next_cursor: None = Field(alias="nextCursor")


class DeadMessage(BaseModel):
    """The head of a dead message. `about` has those of its members that name things of this tenant."""

    id: str
    sent_at: datetime.datetime = Field(alias="sentAt")
    receives: int
    about: dict[str, str] = Field(examples=[{"claimId": "0f8e…", "requestId": "3e1c…"}])


class QueueDetails(QueueState):
    """A queue with its dead messages, the first hundred that came."""

    messages: list[DeadMessage]


class RedriveQuery(QueryModel):
    """How many messages to send back."""

    limit: int = Field(1000, ge=1, le=1000)


class Redriven(BaseModel):
    """How many messages were sent back to their queue, and about how many are dead still."""

    name: str
    moved: int
    left: int


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

"""Models of queries and answers about queues."""

import datetime

from pydantic import BaseModel, Field

from payerworks.validation import QueryModel


class QueueState(BaseModel):
    """A queue; all numbers are approximate. `dead`: messages whose last try has failed.

    If `advice` is not null, the dead messages record failed calls of a stream or schedule: they cannot be redriven, the
    advice says what to do instead, and the other numbers are null.
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
    """The head of a dead message. `about`: the identifiers in it, if they belong to this tenant."""

    id: str
    sent_at: datetime.datetime = Field(alias="sentAt")
    receives: int
    about: dict[str, str] = Field(examples=[{"claimId": "0f8e…", "requestId": "3e1c…"}])


class QueueDetails(QueueState):
    """A queue with up to 100 of its dead messages."""

    messages: list[DeadMessage]


class RedriveQuery(QueryModel):
    """The number of messages to redrive."""

    limit: int = Field(1000, ge=1, le=1000)


class Redriven(BaseModel):
    """The numbers of messages sent back to their queue, and of those still dead (approximate)."""

    name: str
    moved: int
    left: int

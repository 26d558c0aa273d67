"""Queries and answers about queues and their dead letters."""

import datetime

from pydantic import BaseModel, Field

from payerworks.validation import QueryModel


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

"""Models of the health answers."""

from typing import Literal

from pydantic import BaseModel, Field


class Dependency(BaseModel):
    """A server that the API depends on; `off` if the stack has none."""

    status: Literal["up", "down", "off"]
    latency_ms: float | None = None


class SearchState(BaseModel):
    """What searches read, and the lag of the plan index behind the table.

    `engine`: `dynamodb` if the deployment has no OpenSearch; then nothing is indexed, and lag and number are null.
    `lag_ms`: upper bound of the time from the commit of the most recently indexed change until it was searchable; null
    if unknown. `waiting`: number of changes still to be indexed, including dead letters; null if `sqs` is down.
    """

    engine: Literal["opensearch", "dynamodb"]
    lag_ms: int | None
    waiting: int | None


class Health(BaseModel):
    """`down` if any dependency or consumer is down, else `unknown` if Lambda did not say which consumers there are.

    `consumers`: whether a function reads from each queue and table stream, by its name in `GET /admin/queues`; `off` if
    none is to (payments without a payment processor, indexing without OpenSearch).
    """

    status: Literal["up", "down", "unknown"]
    dependencies: dict[str, Dependency]
    consumers: dict[str, Literal["up", "down", "off", "unknown"]] = Field(examples=[{"claim-totals": "up"}])
    search: SearchState


class Liveness(BaseModel):
    """The API answers."""

    status: Literal["up"]

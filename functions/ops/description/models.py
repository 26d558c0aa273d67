"""The form of every error, and of the API's description."""

from pydantic import BaseModel, ConfigDict, Field


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

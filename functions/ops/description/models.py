"""Models of an error and of the API description."""

from pydantic import BaseModel, Field


class Fault(BaseModel):
    """A fault in the input: its place (a JSON pointer, RFC 6901) and a message."""

    pointer: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457); `requestId` finds it in the logs, `errors` lists every fault of the input.

    `mfa_required` says that a login with the right password needs the code of a second factor too,
    `break_glass` that a doctor may read the patient all the same by giving a reason.
    """

    type: str = Field(examples=["urn:payerworks:problem:bad-input"])
    title: str
    status: int
    detail: str
    request_id: str = Field(alias="requestId")
    errors: list[Fault] = []
    mfa_required: bool = False
    break_glass: bool = False


class ApiDescription(BaseModel, extra="allow"):
    """A description of an API (OpenAPI 3.1)."""

    openapi: str

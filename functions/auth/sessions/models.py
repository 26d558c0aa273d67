"""What the operations on sessions take and answer."""

from typing import Literal

from pydantic import BaseModel, Field

from auth.sessions.refresh_token import MAX_LENGTH
from auth.users.rights import Role, UserType

MAX_TOKEN = 10_000
"""Characters of an access token; the gateway takes no more in a header, and other issuers' are longer than ours."""


class RefreshRequest(BaseModel, strict=True, extra="forbid"):
    """The refresh token of a login or of the last refresh."""

    refresh_token: str = Field(min_length=1, max_length=MAX_LENGTH, repr=False)


class TokenToVerify(BaseModel, strict=True, extra="forbid"):
    """An access token; the caller's own, or that of another session of the same tenant."""

    token: str = Field(min_length=1, max_length=MAX_TOKEN, repr=False)


class TokenMetadata(BaseModel):
    """What else belongs to a user: `reference_id` names its doctor, patient or institution."""

    reference_id: str


class TokenPayload(BaseModel):
    """Whom a token is for, as it is now."""

    user_id: str
    user_type: UserType
    email: str
    roles: list[Role]
    metadata: TokenMetadata


class TokenVerdict(BaseModel):
    """Whether a token is valid and its session lives; `payload` only if so."""

    valid: bool
    payload: TokenPayload | None


class SessionVerdict(BaseModel):
    """The caller's user, and whether user agent and client id are those that logged in.

    `same_device` is null for a machine and for a user of another issuer: their tokens are not from a login of ours.
    """

    valid: Literal[True]
    user: TokenPayload
    same_device: bool | None


class SessionEntry(BaseModel):
    """A session; `last_used_at` is the time of its last refresh or of the login."""

    id: str
    device: str
    address: str
    created_at: str
    last_used_at: str
    expires_at: str
    current: bool


class SessionList(BaseModel):
    """The sessions of a user, the latest login first."""

    items: list[SessionEntry]
    next_cursor: None = Field(alias="nextCursor")

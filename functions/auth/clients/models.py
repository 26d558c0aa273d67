"""What the operations on clients take and answer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.users.rights import Role
from payerworks.paging import PageQuery
from payerworks.texts import Name

Roles = Annotated[list[Role], Field(max_length=20), AfterValidator(lambda roles: list(dict.fromkeys(roles)))]
MAX_OVERLAP = 24 * 3600


class NewClient(BaseModel, strict=True, extra="forbid"):
    """A machine to be made; names need not be unique."""

    name: Name
    roles: Roles


class Rotation(BaseModel, strict=True, extra="forbid"):
    """For how long the secret so far, and the tokens that were got with it, go on working."""

    overlap_seconds: int = Field(0, ge=0, le=MAX_OVERLAP)


class ClientWithSecret(BaseModel):
    """A machine with its new secret, which is shown this once."""

    client_id: str
    client_secret: str = Field(repr=False)
    name: str
    roles: list[Role]


class ClientEntry(BaseModel):
    """A machine in a list; `rotated_at`: when its present secret was made."""

    client_id: str
    name: str
    roles: list[Role]
    created_at: str
    rotated_at: str


class ClientList(BaseModel):
    """Machines of the tenant, the newest first."""

    items: list[ClientEntry]
    next_cursor: str | None = Field(alias="nextCursor")


class ClientQuery(PageQuery):
    """The query of the list."""


class TokenRequest(BaseModel):
    """The form of a machine that asks for a token; id and secret may come by HTTP Basic instead."""

    grant_type: Literal["client_credentials"]
    client_id: str = ""
    client_secret: str = Field("", repr=False)


class MachineToken(BaseModel):
    """An access token; `expires_in` in seconds (RFC 6749, section 5.1)."""

    access_token: str = Field(repr=False)
    token_type: Literal["bearer"]
    expires_in: int

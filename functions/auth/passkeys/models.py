"""What the operations on passkeys take and answer; the members of WebAuthn are named as its JSON names them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

Base64Url = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=65536, repr=False)]
CredentialId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=1364)]
"""At most 1,023 bytes (WebAuthn, section 4, Credential ID)."""


class CreationOptions(BaseModel):
    """For `navigator.credentials.create`, after `PublicKeyCredential.parseCreationOptionsFromJSON(publicKey)`."""

    public_key: dict[str, Any] = Field(alias="publicKey")


class RequestOptions(BaseModel):
    """For `navigator.credentials.get`, after `PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)`."""

    public_key: dict[str, Any] = Field(alias="publicKey")


class AttestationResponse(BaseModel, strict=True):
    """What an authenticator says of a new credential; further members are ignored."""

    client_data: Base64Url = Field(alias="clientDataJSON")
    attestation: Base64Url = Field(alias="attestationObject")


class NewCredential(BaseModel, strict=True):
    """The result of `navigator.credentials.create`, as its `toJSON()` gives it; further members are ignored."""

    raw_id: CredentialId = Field(alias="rawId")
    type: Literal["public-key"]
    response: AttestationResponse


class PasskeyRegistration(BaseModel, strict=True, extra="forbid"):
    """A new passkey, and what the user calls it."""

    name: str = Field("Passkey", min_length=1, max_length=100)
    credential: NewCredential


class AssertionResponse(BaseModel, strict=True):
    """What an authenticator says to prove a credential; further members are ignored."""

    client_data: Base64Url = Field(alias="clientDataJSON")
    authenticator_data: Base64Url = Field(alias="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url = Field(alias="userHandle")


class Assertion(BaseModel, strict=True):
    """The result of `navigator.credentials.get`, as its `toJSON()` gives it; further members are ignored."""

    raw_id: CredentialId = Field(alias="rawId")
    type: Literal["public-key"]
    response: AssertionResponse


class PasskeyLogin(BaseModel, strict=True, extra="forbid"):
    """A login by a passkey."""

    credential: Assertion


class PasskeyEntry(BaseModel):
    """A passkey of the caller; `last_used_at` is the time of the last login with it, or of its registration."""

    id: str
    name: str
    created_at: str
    last_used_at: str


class PasskeyList(BaseModel):
    """The passkeys of the caller, the oldest first."""

    items: list[PasskeyEntry]
    next_cursor: None = Field(alias="nextCursor")

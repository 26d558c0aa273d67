"""Credentials, the answer to a login, and the first administrator."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.users.rights import UserType
from payerworks.tenants import DEFAULT_TENANT, TENANT_PATTERN

MAX_PASSWORD = 256
MAX_OTP = 64


def _email(text: str) -> str:
    """Lower case: in practice, addresses that differ only in case are one mailbox (RFC 5321, section 2.4)."""
    return text.strip().lower()


Email = Annotated[str, Field(max_length=320, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$"), AfterValidator(_email)]
NewPassword = Annotated[str, Field(min_length=8, max_length=MAX_PASSWORD, repr=False)]


class Credentials(BaseModel, strict=True, extra="forbid"):
    """The e-mail and password of a login; `otp` is a code of the second factor, or a recovery code."""

    email: Email
    password: str = Field(min_length=1, max_length=MAX_PASSWORD, repr=False)
    otp: str = Field("", max_length=MAX_OTP, repr=False)


class LoggedIn(BaseModel):
    """The tokens of a login and their user; `expires_in` in seconds (RFC 6749, section 5.1).

    `mfa_enrolment_required`, which is left out where it is false, says that the tokens only serve to enrol a second
    factor; once that is done, the same tokens have all rights of their user.
    """

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    refresh_token: str
    user_id: str
    user_type: UserType
    email: str
    mfa_enrolment_required: bool = False


class FirstAdmin(BaseModel, strict=True, extra="forbid"):
    """The first administrator of a new stack."""

    email: Email
    password: NewPassword
    tenant: str = Field(DEFAULT_TENANT, pattern=TENANT_PATTERN)

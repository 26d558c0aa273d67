"""What the operations on the second factor take and answer."""

from pydantic import BaseModel, Field

from auth.users.models import MAX_OTP


class Code(BaseModel, strict=True, extra="forbid"):
    """A code of the authenticator app or, where that is allowed, a recovery code."""

    otp: str = Field(min_length=1, max_length=MAX_OTP, repr=False)


class Enrolment(BaseModel):
    """What the user keeps of a new second factor; it is shown once."""

    secret: str = Field(repr=False, description="For an authenticator app, in base32.")
    otpauth_url: str = Field(description="The same as a URL, to show as a QR code.")
    recovery_codes: list[str] = Field(repr=False, description="Each replaces a code of the app once.")

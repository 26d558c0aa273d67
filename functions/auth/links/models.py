"""What an invitation answers."""

from pydantic import BaseModel, Field


class Invitation(BaseModel):
    """The token with which a user sets a password once (POST /auth/password/reset), and the page that does so.

    `link` is absent where the stack has no PasswordPageUrl.
    """

    token: str = Field(repr=False)
    link: str | None = None
    expires_at: str

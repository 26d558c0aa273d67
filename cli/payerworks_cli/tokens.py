"""The tokens of a login, as the API answers them."""

import datetime

from pydantic import BaseModel, Field, SecretStr


class Tokens(BaseModel):
    """An answer to a login or a refresh; `expires_in` in seconds. A refresh token can be used once."""

    access_token: SecretStr
    refresh_token: SecretStr
    expires_in: int = Field(gt=0, le=10**9)
    mfa_enrolment_required: bool = False

    def expires_at(self) -> datetime.datetime:
        """Until when the access token is valid, if it came just now."""
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.expires_in)

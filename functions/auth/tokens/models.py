"""The answer that publishes the keys of access tokens."""

from pydantic import BaseModel

from auth.tokens.token_keys import PublicKey


class PublicKeys(BaseModel):
    """The keys that verify access tokens; the first one signs."""

    keys: list[PublicKey]

"""The model of the JWK Set that is published."""

from pydantic import BaseModel

from auth.tokens.token_keys import PublicKey


class PublicKeys(BaseModel):
    """The keys that verify access tokens; the first one signs."""

    keys: list[PublicKey]

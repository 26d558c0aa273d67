"""The JWK Set that is published, and what a rotation of its keys takes."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

from auth.tokens.token_keys import PublicKey


class PublicKeys(BaseModel):
    """The keys that verify access tokens; the first one signs."""

    keys: list[PublicKey]


class KeyRotation(BaseModel, strict=True, extra="forbid"):
    """`now` ends the older keys at once, because one leaked; `list` changes nothing."""

    now: bool = False
    only_list: bool = Field(False, alias="list")

    @model_validator(mode="after")
    def _is_one_wish(self) -> Self:
        if self.now and self.only_list:
            raise ValueError("must be either now or list")
        return self

"""The parameter OidcIssuers: which issuers are trusted, and whom their claims stand for."""

import functools
import hashlib
import ipaddress
import urllib.parse
from collections.abc import Mapping
from typing import Annotated, Self

import pydantic
from pydantic import BaseModel, Field, TypeAdapter, model_validator

from auth.users.rights import ROLES, USER_TYPES, Role, UserType
from payerworks.tenants import TENANT_PATTERN, is_tenant

MAX_URL = 500


class FromClaim(BaseModel, strict=True, extra="forbid", frozen=True):
    """A value that a claim has, or that `map` has for the claim's value; without a match there is none."""

    claim: str = Field(min_length=1, max_length=100)
    map: Mapping[str, str] | None = None

    def of(self, value: object) -> str | None:
        """What a value of the claim stands for."""
        text = value if isinstance(value, str) else None
        return text if self.map is None or text is None else self.map.get(text)


class ReferenceClaim(BaseModel, strict=True, extra="forbid", frozen=True):
    """The claim that names the caller's doctor, patient or institution."""

    claim: str = Field(min_length=1, max_length=100)


class Issuer(BaseModel, strict=True, extra="forbid", frozen=True):
    """An issuer, and how its claims become a caller.

    issuer        exactly as in its tokens' `iss`; `{issuer}/.well-known/openid-configuration` leads to its keys
    audiences     a token must be for one of them
    tenant, user_type, roles
                  a fixed value, or that of a claim
    user_id       the claim that identifies a user for ever
    reference_id  the claim that names the caller's doctor, patient or institution
    """

    issuer: str = Field(min_length=1, max_length=MAX_URL)
    audiences: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1, strict=False)
    tenant: Annotated[str, Field(pattern=TENANT_PATTERN)] | FromClaim
    user_type: UserType | FromClaim
    roles: Annotated[tuple[Role, ...], Field(strict=False)] | FromClaim = ()
    user_id: str = Field("sub", min_length=1)
    reference_id: ReferenceClaim | None = None

    @model_validator(mode="after")
    def _has_an_url(self) -> Self:
        if not is_safe_url(self.issuer, loopback=True) or set("?#") & set(self.issuer):
            raise ValueError("issuer must be an https:// URL without a query; http:// only on loopback")
        return self

    @model_validator(mode="after")
    def _maps_to_what_there_is(self) -> Self:
        for name, rule, is_one in (
            ("tenant", self.tenant, is_tenant),
            ("user_type", self.user_type, USER_TYPES.__contains__),
            ("roles", self.roles, ROLES.__contains__),
        ):
            values = rule.map.values() if isinstance(rule, FromClaim) and rule.map else ()
            if not all(map(is_one, values)):
                raise ValueError(f"{name}: map leads to a value that there is not")
        return self

    @property
    def prefix(self) -> str:
        """What the ids of this issuer's users begin with, besides what all such ids begin with."""
        return hashlib.blake2b(self.issuer.encode(), digest_size=4).hexdigest()


def is_safe_url(url: str, *, loopback: bool) -> bool:
    """Whether a URL is https, or http to this machine where that is allowed (RFC 8252, section 7.3)."""
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or not loopback:
            return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


@functools.lru_cache(maxsize=4)
def parsed(text: str) -> Mapping[str, Issuer]:
    """The issuers by their names, from the parameter's JSON text. Raises ValueError with every fault."""
    try:
        issuers = TypeAdapter(list[Issuer]).validate_json(text)
    except pydantic.ValidationError as error:
        faults = "; ".join(f"{'/'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}" for fault in error.errors())
        raise ValueError(f"The parameter OidcIssuers is not valid. {faults}") from None
    found = {issuer.issuer: issuer for issuer in issuers}
    if len(found) < len(issuers):
        raise ValueError("The parameter OidcIssuers is not valid. An issuer appears twice.")
    return found

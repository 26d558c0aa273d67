"""The holder of an access token."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.users.rights import UserType

OF_SECRET, OF_ISSUER = "secret-", "oidc-"
WITHOUT_LOGIN = (OF_SECRET, OF_ISSUER)
"""Begin the session ids of callers without a login of ours: of machines, and of other issuers' users."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a token, with what it may do now.

    session_id  of a user's login; of a machine the id of its secret; of another issuer's user a hash of the token's
                origin
    email       empty for machines
    """

    tenant: str
    user_id: str
    user_type: UserType
    roles: Sequence[str]
    reference_id: str
    session_id: str
    email: str = ""
    must_enrol: bool = False
    """Whether all that the caller may do is to enrol a second factor."""
    validation_status: str = ""
    """Of a patient; empty counts as pending."""

"""Who calls: the holder of an access token, as it is at the moment of the call."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.sessions.enrolment import must_enrol
from auth.sessions.session_repository import get_session
from auth.tokens.access_token import InvalidToken, verify_token
from auth.users.rights import UserType


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a token, with what it may do now."""

    tenant: str
    user_id: str
    user_type: UserType
    roles: Sequence[str]
    reference_id: str
    session_id: str
    email: str = ""
    must_enrol: bool = False
    """Whether all that the caller may do is to enrol a second factor."""


def caller_of(token: str) -> Caller:
    """The holder of an access token whose session lives; one read of one item. Raises InvalidToken."""
    subject = verify_token(token)
    session = get_session(subject.tenant, subject.user_id, subject.session_id)
    if session is None:
        raise InvalidToken("session ended")
    return Caller(
        session.tenant,
        session.user_id,
        session.user_type,
        session.roles,
        session.reference_id,
        session.session_id,
        session.email,
        must_enrol(session),
    )

"""Who calls: the holder of an access token, as it is at the moment of the call."""

from auth.clients.repository import get_client
from auth.sessions.enrolment import must_enrol
from auth.sessions.session_repository import get_session
from auth.tokens.access_token import AUDIENCE, InvalidToken, TokenSubject, verify_token
from auth.users.caller import Caller
from payerworks.settings import settings


def caller_of(token: str) -> Caller:
    """The holder of an access token whose session lives; one read of one item. Raises InvalidToken.

    A token of another issuer costs no read: only its issuer could end it. While that issuer's keys cannot be had, it
    raises Unavailable.
    """
    if settings().oidc_issuers:
        # Imported only where there are such issuers: pydantic would double the authorizer's cold start.
        from auth.issuers.external_caller import external_caller

        caller = external_caller(token)
        if caller is not None:
            return caller
    subject = verify_token(token)
    return _user(subject) if subject.client_id == AUDIENCE else _machine(subject)


def _user(subject: TokenSubject) -> Caller:
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
        session.validation_status,
    )


def _machine(subject: TokenSubject) -> Caller:
    client = get_client(subject.tenant, subject.client_id)
    if client is None or subject.user_id != subject.client_id:
        raise InvalidToken("client deleted")
    if client.working_secret(subject.session_id) is None:
        raise InvalidToken("secret ended")
    return Caller(client.tenant, client.client_id, "service", client.roles, "", subject.session_id)

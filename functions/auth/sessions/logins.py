"""Begin a session for a user who has proved who they are, and write the tokens of a session."""

import time
import uuid
from collections.abc import Sequence

from auth.sessions import session_repository
from auth.sessions.devices import KNOWN_DAYS, Device
from auth.sessions.enrolment import must_enrol
from auth.sessions.refresh_token import SessionKey, new_refresh_token, token_hash
from auth.sessions.session import Session
from auth.sessions.session_repository import UserUpdate
from auth.tokens.access_token import TokenSubject, issue_token
from auth.users import repository
from auth.users.repository import User
from payerworks import json_text
from payerworks.dynamodb import Part
from payerworks.log import count
from payerworks.settings import settings
from payerworks.times import now

DAY = 24 * 3600


def begin(
    user: User, device: Device, address: str, further: Sequence[Part] = (), factor: UserUpdate | None = None
) -> str:
    """Begin a session; the answer to the login as JSON text (models.LoggedIn).

    The device becomes known to the user in the same transaction, in which `further` parts take place too.
    `factor` is what the use of a second factor changes in the user; None if the login used none. Raises UserChanged.
    """
    key = SessionKey(user.tenant, user.user_id, uuid.uuid4().hex)
    refresh_token = new_refresh_token(key)
    began, at = int(time.time()), now()
    session = Session(
        **key._asdict(),
        email=user.email,
        user_type=user.user_type,
        roles=user.roles,
        reference_id=user.reference_id,
        # A refresh does not prolong it: people prove again who they are after 30 days (NIST SP 800-63B, 2.1.3).
        expires=began + session_seconds(),
        refresh_hash=token_hash(refresh_token),
        device=device.client_hash,
        user_agent_hash=device.user_agent_hash,
        device_name=device.name,
        address=address,
        created_at=at,
        last_used_at=at,
        has_factor=factor is not None,
        validation_status=user.validation_status,
    )
    answer = tokens(session, refresh_token)
    known = [repository.known_device_part(user.email, device.client_hash, began + KNOWN_DAYS * DAY)]
    parts = [*(known if device.client_hash else ()), *further]
    session_repository.begin_session(user, session, parts, factor or UserUpdate())
    count("Logins")
    return answer


def session_seconds() -> int:
    """How long a session lasts from its login on."""
    return settings().session_days * DAY


def tokens(session: Session, refresh_token: str) -> str:
    """The pair of tokens of a session as JSON text (models.LoggedIn): a new access token, and the refresh token."""
    seconds = min(settings().access_token_seconds, session.expires - int(time.time()))
    subject = TokenSubject(session.tenant, session.user_id, session.session_id)
    return json_text.write(
        {
            "access_token": issue_token(subject, seconds),
            "token_type": "bearer",
            "expires_in": seconds,
            "refresh_token": refresh_token,
            "user_id": session.user_id,
            "user_type": session.user_type,
            "email": session.email,
        }
        | ({"mfa_enrolment_required": True} if must_enrol(session) else {})
    )

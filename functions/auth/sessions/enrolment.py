"""Sessions of users who need a second factor and have none yet: they only serve to enrol one.

Which types of users need one is a setting, and a user's type may change. So a session keeps whether it showed a factor,
and whether one is needed is decided at each call. Once the user has a factor, a session that showed none can enrol no
other (factors/own_factor.py): its user logs in again.
"""

from auth.sessions.session import Session
from payerworks.settings import settings

ENROLMENT_ROUTES = (
    "POST /auth/mfa",
    "POST /auth/mfa/confirm",
    "POST /auth/passkeys/options",
    "POST /auth/passkeys",
    "POST /auth/password",
    "POST /auth/logout",
)
"""What such a session may call."""


def must_enrol(session: Session) -> bool:
    """Whether a session only serves to enrol a second factor."""
    return needs_factor(session.user_type) and not session.has_factor


def needs_factor(user_type: str) -> bool:
    """Whether users of a type need a second factor."""
    return user_type in settings().mfa_required

"""Whom a token or a session is for, as answers show it."""

from typing import Any

from auth.sessions.session import Session
from auth.users.caller import Caller


def payload(holder: Caller | Session) -> dict[str, Any]:
    """The members of models.TokenPayload."""
    return {
        "user_id": holder.user_id,
        "user_type": holder.user_type,
        "email": holder.email,
        "roles": list(holder.roles),
        "metadata": {"reference_id": holder.reference_id},
    }

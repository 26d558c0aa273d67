"""A user as answers show it, and the user that a path names."""

import hashlib

from auth.users import repository
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request


def user_in_path(request: Request) -> User:
    """The user of the caller's tenant with the id in the path. Raises NotFound."""
    user = repository.get_user(request.tenant, request.path("id"))
    if user is None:
        raise NotFound("No user has this id.")
    return user


def user_text(user: User) -> str:
    """A user as JSON text (models.UserEntry)."""
    return json_text.write(
        {
            "user_id": user.user_id,
            "email": user.email,
            "user_type": user.user_type,
            "roles": list(user.roles),
            "reference_id": user.reference_id,
            "active": user.active,
            "invited": user.is_invited,
            "created_at": user.created_at,
        }
    )


def user_etag(user: User) -> str:
    """The ETag of a user's text."""
    return f'"{hashlib.blake2b(user_text(user).encode(), digest_size=16).hexdigest()}"'


def user_answer(user: User) -> Answer:
    """200 with a user and its ETag."""
    return Answer(200, user_text(user), {"ETag": user_etag(user)})

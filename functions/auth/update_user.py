"""PATCH /users/{id}: change a user's type and roles, disable or enable it.

The user's sessions take over type and roles at once; those of a disabled user end. An administrator can take the rights
of others, but not the own ones: so a tenant always has an administrator.
"""

from dataclasses import replace
from typing import Any

from auth.sessions.session_repository import change_user
from auth.sessions.user_changes import retry_on_change
from auth.users import repository
from auth.users.models import UserChanges, fault_of_roles
from auth.users.repository import User
from auth.users.rights import WITH_ROLES
from auth.users.user_answer import user_answer, user_etag, user_in_path
from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.dynamodb import Part
from payerworks.errors import BadInput, Conflict, Fault, Forbidden
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(
    body="auth.users.models.UserChanges",
    answers={200: "auth.users.models.UserEntry", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    changes = checked(UserChanges, json_text.read(request.body()), "The changes are not valid.")
    user = retry_on_change(lambda: _change(request, changes))
    answer = user_answer(user)
    return request.preferred(answer)


def _change(request: Request, changes: UserChanges) -> User:
    """The user after the changes. Raises UserChanged."""
    user = user_in_path(request)
    check_preconditions(request, user_etag(user))
    after = _after(user, changes)
    if after == user:
        return user
    guard = _guard(request, user) if _is_admin(user) and not _is_admin(after) else []
    members: dict[str, Any] = {
        **repository.type_changes(after.tenant, after.user_type),
        **repository.role_changes(after.roles),
        "active": {"BOOL": after.active},
    }
    change_user(user, members, ends=() if after.active else user.sessions, further=guard)
    return after


def _after(user: User, changes: UserChanges) -> User:
    user_type = changes.user_type or user.user_type
    roles = tuple(dict.fromkeys(user.roles if changes.roles is None else changes.roles))
    if changes.roles is None and user_type not in WITH_ROLES:
        roles = ()
    if changes.roles and (fault := fault_of_roles(user_type, changes.roles)):
        raise BadInput("The changes are not valid.", errors=[Fault("/roles", fault)])
    if changes.active is not None and user.active_before is not None:
        raise Conflict("The person of this account is deleted; restoring the person enables it as it was.")
    active = user.active if changes.active is None else changes.active
    return replace(user, user_type=user_type, roles=roles, active=active)


def _is_admin(user: User) -> bool:
    return user.active and user.user_type == "admin"


def _guard(request: Request, user: User) -> list[Part]:
    """The part of the change that requires that the caller is still an administrator.

    Without it, two administrators who disable each other at the same time would leave none.
    """
    if user.user_id == request.user_id:
        raise Conflict("Administrators cannot disable themselves or give up their own rights; another one has to.")
    caller = repository.get_user(request.tenant, request.user_id)
    if caller is None:
        return []  # an administrator of another issuer, who remains one
    if not _is_admin(caller):
        raise Forbidden("The caller is no longer an administrator.")
    return [repository.still_admin_part(caller)]

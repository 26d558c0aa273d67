"""POST /users/create: make a user, with a password or by an invitation.

Where the stack sends mails, an invited user gets one with a link, and the answer says `invitation_mailed: true`;
elsewhere POST /users/{id}/invite makes the link.
"""

from auth.links import mails
from auth.users import repository
from auth.users.models import NewUser
from auth.users.new_user import accepted_without_password, new_user, without_password
from auth.users.repository import User
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json
from payerworks.settings import settings
from payerworks.validation import checked


@http_operation(
    body="auth.users.models.NewUser",
    answers={201: "auth.users.models.CreatedUser", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("Location",)},
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    return idempotent(
        request,
        without_password(value),
        lambda seed: _create(request, value, seed),
        accepted=lambda: accepted_without_password(value),
    )


def _create(request: Request, value: Json, seed: str) -> Answer:
    new = checked(NewUser, value, "The user is not valid.")
    reference_id = new.reference_id or ""
    user = new_user(request.tenant, seed, new.email, new.user_type, new.password, new.roles, reference_id)
    try:
        repository.add_user(user)
    except repository.EmailTaken:
        if not _is_stored(user):
            raise Conflict("A user with this e-mail exists.") from None
    is_mailed = new.invite and bool(settings().mail_sender)
    if is_mailed:
        mails.queue_invitation(user, request.id)
    members = {
        "user_id": user.user_id,
        "email": user.email,
        "user_type": user.user_type,
        "roles": list(user.roles),
        **({"invitation_mailed": True} if is_mailed else {}),
    }
    # Relative to the request's URL (RFC 9110, section 10.2.2).
    answer = Answer(201, json_text.write(members), {"Location": user.user_id}, log={"new_user_id": user.user_id})
    return request.preferred(answer)


def _is_stored(user: User) -> bool:
    owner = repository.find_user(user.email)
    return owner is not None and (owner.tenant, owner.user_id) == (user.tenant, user.user_id)

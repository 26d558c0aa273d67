"""Invoked with IAM rights, not through the API: create the first administrator of a new stack."""

import uuid
from typing import Any

from auth.users import repository
from auth.users.models import FirstAdmin
from auth.users.passwords import hash_password
from payerworks.log import log_call
from payerworks.times import begin_invocation
from payerworks.validation import checked_event


def handler(event: dict[str, Any], context: object) -> dict[str, str | bool]:
    """`{"email", "password", "tenant"?}` → `{"user_id", "created"}`; an existing user with this e-mail stays unchanged.

    Raises ValueError with every fault of the event.
    """
    begin_invocation(context)
    admin = checked_event(FirstAdmin, event, "The administrator is not valid.")
    new = repository.User(admin.tenant, uuid.uuid4().hex, admin.email, "admin", hash_password(admin.password))
    user: repository.User | None = new
    try:
        repository.add_user(new)
    except repository.EmailTaken:
        user = repository.find_user(admin.email)
    if user is None:
        raise ConnectionError("Another call is creating this administrator; try again.")
    created = user is new
    log_call("first administrator", user_id=user.user_id, created=created)
    return {"user_id": user.user_id, "created": created}

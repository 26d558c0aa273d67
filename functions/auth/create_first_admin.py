"""Invoked by whom IAM allows it: make the administrator that a new stack begins with."""

import uuid
from typing import Any

from auth.users import repository
from auth.users.models import FirstAdmin
from auth.users.passwords import hashed
from payerworks.errors import BadInput
from payerworks.log import log_call
from payerworks.times import begin_invocation
from payerworks.validation import checked


def handler(event: dict[str, Any], context: object) -> dict[str, str | bool]:
    """`{"email", "password", "tenant"?}` → `{"user_id", "created"}`; a user who has this e-mail is left alone.

    Raises ValueError with every fault of what was given.
    """
    begin_invocation(context)
    try:
        given = checked(FirstAdmin, event, "The administrator is not valid.")
    except BadInput as error:
        faults = "; ".join(f"{fault.pointer} {fault.message}" for fault in error.errors)
        raise ValueError(f"{error.detail} {faults}") from None
    user = repository.User(given.tenant, uuid.uuid4().hex, given.email, "admin", hashed(given.password))
    created = _added(user)
    held = user if created else repository.find_user(given.email)
    if held is None:
        raise ConnectionError("Another call is making this administrator; try again.")
    log_call("first administrator", user_id=held.user_id, created=created)
    return {"user_id": held.user_id, "created": created}


def _added(user: repository.User) -> bool:
    try:
        repository.add_user(user)
    except repository.EmailTaken:
        return False
    return True

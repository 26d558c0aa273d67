"""Make a person with its user: POST /api/v1/institutions, /doctors and /patients."""

import hashlib
from typing import Any

from auth.links import mails
from auth.users.models import PersonType
from auth.users.new_user import accepted_without_password, new_user, without_password
from directory.people import repository
from directory.people.kind import Kind
from directory.people.person import Person, person_text
from directory.people.repository import Change, Refused
from payerworks import json_text
from payerworks.dynamodb import busy
from payerworks.errors import Conflict, Fault, PayerworksError, Unprocessable
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from payerworks.settings import settings
from payerworks.times import now
from payerworks.validation import checked

_LOGIN = {"invite", "password"}


def create_person(request: Request, kind: Kind) -> Answer:
    """201 with the new person. Raises BadInput, Conflict for what is taken, and Unprocessable for who is not there."""
    value = json_text.read(request.body())
    return idempotent(
        request,
        without_password(value),
        lambda seed: _create(request, kind, value, seed),
        accepted=lambda: accepted_without_password(value),
    )


def _create(request: Request, kind: Kind, value: Any, seed: str) -> Answer:
    faults = list(kind.faults(value)) if isinstance(value, dict) else ()
    new = checked(kind.new, value, f"The {kind.name} is not valid.", faults)
    profile = kind.profile_of(new, _LOGIN) | {**kind.managed}
    person_id = hashlib.blake2b(f"{kind.name}\n{seed}".encode(), digest_size=16).hexdigest()
    user_type: PersonType = kind.name
    email = profile["contact_email"]
    user = new_user(request.tenant, seed, email, user_type, new.password, reference_id=person_id)
    at = now()
    person = Person(
        request.tenant, kind.name, person_id, user.user_id, profile, {"emails": [_primary(email)]}, 1, at, at
    )
    request.trail.concern(kind.name, person_id)
    request.trail.announce()
    try:
        repository.add_person(kind, person, user, Change("created", request.user_id, request.id))
    except Refused as refused:
        # A repeat of the call finds what an earlier try made, which may have been changed since.
        stored = repository.get_person(request.tenant, kind.name, person_id)
        if stored is None:
            raise refusal(kind, refused) from None
        person = stored
    is_mailed = new.invite and bool(settings().mail_sender)
    if is_mailed:
        mails.queue_invitation(user, request.id)
    headers = {"Location": f"{kind.name}s/{person_id}", "ETag": person.etag}
    mailed = {"invitation_mailed": True} if is_mailed else {}
    answer = Answer(201, person_text(person, mailed), headers, log={"person_id": person_id})
    return request.preferred(answer)


def _primary(email: str) -> dict[str, Any]:
    return {"id": "1", "email_address": email, "type": "work", "is_primary": True, "is_verified": False}


def refusal(kind: Kind, refused: Refused) -> PayerworksError:
    """The error for a write that was refused; one that was raced can be tried again."""
    if refused.cause == "email":
        fault = Fault("/contact_email", "is the e-mail of another account")
        return Conflict("A user with this e-mail exists.", errors=[fault])
    if refused.cause == "unique":
        name = {"contact_email": "e-mail", **kind.unique}[refused.member]
        fault = Fault(f"/{refused.member}", "is taken")
        return Conflict(f"Another {kind.name} has this {name}, or had it and was deleted.", errors=[fault])
    if refused.cause == "closed":
        other = kind.relations[refused.member]
        fault = Fault(f"/{refused.member}", f"is the id of no active {other}")
        return Unprocessable(f"There is no active {other} with this id.", errors=[fault])
    return busy(f"Others are changing this {kind.name}; try again.")

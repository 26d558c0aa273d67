"""Change, delete and restore a person."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from auth.sessions.session_repository import change_parts
from auth.users.repository import User
from directory.people import repository
from directory.people.creation import refusal
from directory.people.kind import Kind
from directory.people.person import Person, person_answer
from directory.people.repository import Change, Refused
from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.dynamodb import Item, Part
from payerworks.errors import Conflict, Fault, Forbidden, NotFound
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from payerworks.times import now
from payerworks.validation import checked, merged

_TRIES = 10


def update_person(request: Request, kind: Kind, person: Callable[[], Person], *, is_own: bool) -> Answer:
    """200 with a person after the members in the body were changed; null takes one away.

    `person` reads it; of oneself (`is_own`) only the members in `kind.own` can be changed. Raises BadInput for an empty
    body, Forbidden, Conflict for what is taken, and Unprocessable for who is not there.
    """
    value = json_text.read(request.body())
    after = retried(kind, lambda: _update(request, kind, person(), value, is_own=is_own))
    return request.preferred(person_answer(after))


def _update(request: Request, kind: Kind, before: Person, value: Any, *, is_own: bool) -> Person:
    profile = changed_profile(kind, before, value)
    check_preconditions(request, before.etag)
    changed = {name for name in {*before.profile, *profile} if before.profile.get(name) != profile.get(name)}
    if is_own and not changed <= kind.own:
        faults = [Fault(f"/{name}", "only the directory's staff can change it") for name in sorted(changed - kind.own)]
        raise Forbidden("Some of these members cannot be changed by oneself.", errors=faults)
    if not changed:
        return before
    after = replace(before, profile=profile, version=before.version + 1, updated_at=now())
    if "contact_email" in changed:
        after = replace(after, contacts=_with_primary(before, profile["contact_email"]))
    repository.change_person(kind, before, after, Change("updated", request.user_id, request.id))
    return after


def changed_profile(kind: Kind, before: Person, value: Any) -> dict[str, Any]:
    """The profile after a change of some of its members. Raises BadInput with all faults, and Unprocessable."""
    detail = f"The {kind.name} is not valid."
    after = merged(before.profile, value, detail)
    fixed = [Fault(f"/{name}", "cannot be set") for name in value if name in kind.managed]
    return kind.profile_of(checked(kind.profile, after, detail, [*fixed, *kind.faults(after)]))


def _with_primary(person: Person, email: str) -> dict[str, Any]:
    """The contacts with another primary e-mail: one of the records, or the primary one with another address."""
    records = person.contacts["emails"]
    if any(each["email_address"] == email for each in records):
        emails = [{**each, "is_primary": each["email_address"] == email} for each in records]
    else:
        new = {"email_address": email, "is_verified": False}
        emails = [{**each, **new} if each["is_primary"] else each for each in records]
    return {**person.contacts, "emails": emails}


def delete_person(request: Request, kind: Kind, person: Callable[[], Person]) -> Answer:
    """204 once a person is deleted and all sessions of its user have ended; what is unique stays taken."""

    def delete() -> Person:
        before = person()
        check_preconditions(request, before.etag)
        at = now()
        after = replace(before, version=before.version + 1, updated_at=at, deleted_at=at)
        change = Change("deleted", request.user_id, request.id)
        repository.change_person(kind, before, after, change, of_user=_closed)
        return after

    retried(kind, delete)
    return Answer(204)


def _closed(user: User) -> Sequence[Part]:
    """A user whose person is deleted has no sessions, and gets none until the person is restored."""
    off: Item = {"active": {"BOOL": False}, "active_before": {"BOOL": user.active}}
    return change_parts(user, off, ends=user.sessions)


def _reopened(user: User) -> Sequence[Part]:
    """The user of a restored person is as it was: one that had been disabled stays so."""
    return change_parts(user, {"active": {"BOOL": user.active_before is not False}}, removes=["active_before"])


def restore_person(request: Request, kind: Kind) -> Answer:
    """200 with a person that was deleted, as it was before; so is its user. Raises Conflict if it is not."""

    def run(*, may_be_done: bool = False) -> Answer:
        person = retried(kind, lambda: _restored(request, kind, may_be_done=may_be_done))
        return request.preferred(person_answer(person))

    return idempotent(request, None, lambda _: run(), resume=lambda _: run(may_be_done=True))


def _restored(request: Request, kind: Kind, *, may_be_done: bool) -> Person:
    before = repository.get_person(request.tenant, kind.name, request.path("id"))
    if before is None:
        raise NotFound(f"No {kind.name} has this id.")
    if not before.deleted_at:
        if may_be_done:
            return before
        raise Conflict(f"The {kind.name} is not deleted.")
    check_preconditions(request, before.etag)
    after = replace(before, version=before.version + 1, updated_at=now(), deleted_at="")
    change = Change("restored", request.user_id, request.id)
    repository.change_person(kind, before, after, change, of_user=_reopened)
    return after


def retried(kind: Kind, write: Callable[[], Person]) -> Person:
    """What a write answers; it reads the person and is tried again if others changed the person in between.

    Raises what `refusal` returns for a write that was refused for another reason.
    """
    for attempt in range(_TRIES):
        try:
            return write()
        except Refused as refused:
            if refused.cause != "raced" or attempt == _TRIES - 1:
                raise refusal(kind, refused) from None
    raise AssertionError("the last try returns or raises")

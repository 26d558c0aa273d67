"""Write entries of a patient in the name of whoever treats the patient."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from directory.people.relations import Sight, sight
from patients.entries import repository
from patients.entries.entry import ENTRY_KINDS, Entry, entry_text
from patients.entries.models import EntryMembers
from patients.entries.repository import EntryOperation, EntryRaced
from patients.validation.steps import is_treated_by
from payerworks.conditional import check_preconditions
from payerworks.dynamodb import busy
from payerworks.errors import Forbidden, NotFound
from payerworks.http import Answer, Request
from payerworks.times import now
from payerworks.validation import checked, merged

Result = TypeVar("Result")
NO_ENTRY = "The patient has no entry with this id."
_ENTRY_ID = re.compile(r"[0-9a-f]{32}")
_TRIES = 10


def kind_in_path(request: Request) -> str:
    """The kind of entries that the path names. Raises NotFound."""
    kind = request.path("kind")
    if kind not in ENTRY_KINDS:
        raise NotFound(f"A patient has {', '.join(ENTRY_KINDS)}, and no other lists.")
    return kind


def treated_patient(request: Request) -> Sight:
    """The patient in the path, if the caller treats them or is an administrator. Raises NotFound and Forbidden."""
    seen = sight(request, "patient", request.path("id"))
    if request.user_type != "admin" and not is_treated_by(request, seen.person):
        raise Forbidden("Only the doctor who treats the patient may write this.")
    return seen


def change_entry(request: Request, operation: EntryOperation, change: Callable[[Entry], Entry]) -> Entry:
    """Make the next version of the entry in the path, with the members that `change` returns; the entry after it.

    Raises NotFound, Forbidden, BadInput and PreconditionFailed.
    """
    kind = kind_in_path(request)

    def write() -> Entry:
        treated = treated_patient(request)
        before = entry_in_path(request, kind)
        after = change(before)
        check_preconditions(request, before.etag)
        if after == before and operation == "updated":
            return before
        after = replace(after, version=before.version + 1, by=request.user_id, at=now())
        repository.commit_entry(treated, after, operation, request.id)
        return after

    return retry_on_race(write)


def entry_in_path(request: Request, kind: str) -> Entry:
    """The entry in the path. Raises NotFound."""
    entry = repository.get_entry(request.tenant, request.path("id"), kind, entry_id_in_path(request))
    if entry is None:
        raise NotFound(NO_ENTRY)
    return entry


def entry_id_in_path(request: Request) -> str:
    """The id of an entry that the path names. Raises NotFound if no entry can have it."""
    entry_id = request.path("entry_id")
    if not _ENTRY_ID.fullmatch(entry_id):
        raise NotFound(NO_ENTRY)
    return entry_id


def changed_members(entry: Entry, value: Any) -> dict[str, Any]:
    """The members of an entry after a change of some of them; null takes one away. Raises BadInput with all faults."""
    detail = "The entry is not valid."
    return valid_members(EntryMembers, merged(entry.members, value, detail), detail)


def valid_members(model: type[EntryMembers], value: Any, detail: str) -> dict[str, Any]:
    """The members of a valid entry as JSON values. Raises BadInput with all faults."""
    return checked(model, value, detail).model_dump(mode="json", exclude_none=True)


def entry_answer(entry: Entry, status: int = 200) -> Answer:
    """An entry with its ETag."""
    return Answer(status, entry_text(entry), {"ETag": entry.etag})


def retry_on_race(write: Callable[[], Result]) -> Result:
    """The result of `write`, which reads what it changes, again if others changed it in between."""
    for _ in range(_TRIES):
        try:
            return write()
        except EntryRaced:
            continue
    raise busy("Others are changing this patient; try again.")

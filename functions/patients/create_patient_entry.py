"""POST /api/v1/patients/{id}/{kind}: add a condition, medication, allergy or illness in the family.

By the doctor who treats the patient; where the patient has none, by a doctor of the institution.
"""

import hashlib

from patients.entries import repository
from patients.entries.entry import Entry
from patients.entries.models import NewEntry
from patients.entries.repository import EntryRaced
from patients.entries.writing import entry_answer, kind_in_path, retry_on_race, treated_patient, valid_members
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.times import now


@http_operation(
    body="patients.entries.models.NewEntry",
    answers={201: "patients.entries.models.Entry", 204: None},
    errors=(404, 409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
    audit="patient",
)
def handler(request: Request) -> Answer:
    kind = kind_in_path(request)
    value = json_text.read(request.body())
    members = valid_members(NewEntry, value, "The entry is not valid.")

    def run(seed: str) -> Answer:
        entry_id = hashlib.blake2b(f"entry\n{seed}".encode(), digest_size=16).hexdigest()
        new = Entry(kind, entry_id, members, 1, request.user_id, now())
        answer = entry_answer(retry_on_race(lambda: _store(request, new)), 201)
        answer.headers["Location"] = entry_id
        return request.preferred(answer)

    return idempotent(request, value, run)


def _store(request: Request, new: Entry) -> Entry:
    treated = treated_patient(request)
    try:
        repository.commit_entry(treated, new, "created", request.id)
    except EntryRaced:
        # A repeat of the call finds what an earlier try made, which may have been changed or deleted since.
        made = repository.list_revisions(request.tenant, treated.person.person_id, new.kind, new.entry_id, None, 1)
        if not made:
            raise
        return made[0].entry
    return new
